"""Builds the wheel (PEP 517): CMake makes the module, and this puts it into an archive.

  CMAKE_ARGS           more arguments for CMake
  LIGHTLDA_CMAKE_BUILD a build directory to use and keep, which may be configured already; else a temporary one

The module holds the engine and is linked to libraries of the system, which the wheel's metadata lists; it is
for the Python that builds it, on this system and its like.
"""
import base64
import hashlib
import os
import pathlib
import re
import shlex
import subprocess
import sys
import sysconfig
import tempfile
import zipfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def _version():
    header = (ROOT / "include/lightlda/version.h").read_text(encoding="utf-8")
    return ".".join(re.search(rf"LIGHTLDA_VERSION_{part} (\d+)", header)[1] for part in ("MAJOR", "MINOR", "PATCH"))


def _tag():
    python = f"cp{sys.version_info.major}{sys.version_info.minor}"
    return f"{python}-{python}-{re.sub(r'[-.]', '_', sysconfig.get_platform())}"


def _make(build, stage):
    """The package as CMake installs it, below stage."""
    if not (build / "CMakeCache.txt").exists():
        subprocess.run(["cmake", "-S", str(ROOT), "-B", str(build), "-DLIGHTLDA_BUILD_PYTHON=ON",
                        "-DCMAKE_BUILD_TYPE=Release", "-DLIGHTLDA_BUILD_TESTS=OFF",
                        f"-DPython3_EXECUTABLE={sys.executable}", *shlex.split(os.environ.get("CMAKE_ARGS", ""))],
                       check=True)
    subprocess.run(["cmake", "--build", str(build), "--target", "lightlda_python", "--parallel",
                    str(os.cpu_count())], check=True)
    subprocess.run(["cmake", "--install", str(build), "--component", "python", "--prefix", str(stage)], check=True)
    (package,) = stage.rglob("lightlda/__init__.py")
    module = "_core" + sysconfig.get_config_var("EXT_SUFFIX")
    if not (package.parent / module).exists():
        raise RuntimeError(f"{build} is for another Python: it has no {module}")
    return package.parent


def _needed(package):
    """Libraries that the module is linked to, but for the C and C++ ones."""
    (module,) = package.glob("_core*.so")
    done = subprocess.run(["readelf", "--dynamic", "--wide", module], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"})
    names = re.findall(r"\(NEEDED\).*\[(.*)\]", done.stdout)
    return [name for name in names if not re.match(r"(libc|libm|libgcc_s|libstdc\+\+|ld-linux.*)\.so", name)]


def _metadata(needed):
    lines = ["Metadata-Version: 2.1", "Name: lightlda", f"Version: {_version()}",
             "Summary: Topic models from laptop to cluster", "Requires-Python: >=3.9", "Requires-Dist: numpy",
             *(f"Requires-External: {name}" for name in needed), "Description-Content-Type: text/markdown"]
    return "\n".join(lines) + "\n\n" + (ROOT / "docs/python.md").read_text(encoding="utf-8")


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    name = f"lightlda-{_version()}-{_tag()}.whl"
    info = f"lightlda-{_version()}.dist-info"
    with tempfile.TemporaryDirectory(prefix="lightlda-wheel-") as scratch:
        scratch = pathlib.Path(scratch)
        build = pathlib.Path(os.environ.get("LIGHTLDA_CMAKE_BUILD") or scratch / "build")
        package = _make(build, scratch / "stage")
        files = {f"lightlda/{path.name}": path.read_bytes() for path in sorted(package.iterdir()) if path.is_file()}
        files[f"{info}/METADATA"] = _metadata(_needed(package)).encode()
        files[f"{info}/WHEEL"] = (f"Wheel-Version: 1.0\nGenerator: lightlda\nRoot-Is-Purelib: false\n"
                                  f"Tag: {_tag()}\n").encode()
        files[f"{info}/LICENSE"] = (ROOT / "LICENSE").read_bytes()
        record = []
        with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w", zipfile.ZIP_DEFLATED) as wheel:
            for path, content in files.items():
                digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
                record.append(f"{path},sha256={digest},{len(content)}")
                wheel.writestr(path, content)
            wheel.writestr(f"{info}/RECORD", "\n".join([*record, f"{info}/RECORD,,"]) + "\n")
    return name


def build_sdist(sdist_directory, config_settings=None):
    raise RuntimeError("lightlda: build the wheel from a checkout: pip wheel --no-build-isolation --no-deps .")
