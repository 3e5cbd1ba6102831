#!/usr/bin/env python3
"""The Debian packages: what is in them, and that the programs work from there; the files of deploy/ fit them.

  packages_test.py --cpack=CPACK --build_dir=DIR --source_dir=DIR [--python=1]
  packages_test.py --source_dir=DIR --debs=DIR --root=DIR

The second form, as root and with a network, tries packages that were made before (cmake --build --preset package)
in a bare Debian 12 (debootstrap --variant=minbase bookworm DIR): installs them, runs the README's tour and, if there
is python3-lightlda, that of docs/python.md, builds examples/ with CMake and pkg-config, removes everything, and looks
for what is left. --python=1: the build has the Python package.
"""
import argparse
import os
import pathlib
import re
import shutil
import sys
import tempfile

from commands import check, run

PROGRAMS = ("lightlda", "lightlda-preprocess", "lightlda-dump", "lightlda-infer", "lightlda-evaluate",
            "lightlda-import", "lightlda-serve")
SKIPPED = 77


# -- what is in the packages

def make_packages(arguments, scratch):
    """{name: file}."""
    run([arguments.cpack, "-G", "DEB", "--config", f"{arguments.build_dir}/CPackConfig.cmake", "-B", scratch / "debs",
         "-D", "CPACK_DEBIAN_COMPRESSION_TYPE=gzip", "-D", f"CPACK_PACKAGE_DIRECTORY={scratch}/debs"])
    return {file.name.split("_")[0]: file for file in (scratch / "debs").glob("*.deb")}


def field(package, name):
    return run(["dpkg-deb", "--field", package, name]).strip()


def check_packages(packages, scratch, with_python):
    names = ["liblightlda-dev", "lightlda"] + ["python3-lightlda"] * with_python
    check(sorted(packages) == names, f"the packages are {names}: {sorted(packages)}")
    version = run([scratch.build_dir / "bin" / "lightlda", "--version"]).split()[1]
    for name, package in packages.items():
        check(field(package, "Version") == version, f"{name} has the version of the programs")
        depends = field(package, "Depends")
        check(re.search(r"\blibc6\b", depends) and "-dev" not in depends, f"{name} depends on libraries: {depends}")
        run(["dpkg-deb", "--extract", package, scratch.path / name])
    check("libopenmpi3" in field(packages["lightlda"], "Depends"), "the programs depend on MPI's library")
    check(field(packages["lightlda"], "Recommends") == "openmpi-bin", "mpirun is recommended, not required")
    files = {name: {path.relative_to(scratch.path / name).as_posix() for path in (scratch.path / name).rglob("*")
                    if not path.is_dir()} for name in packages}
    check(sum(map(len, files.values())) == len(set().union(*files.values())), "no file is in two packages")
    programs = files["lightlda"]
    wanted = {f"usr/bin/{program}" for program in PROGRAMS}
    wanted |= {f"usr/share/man/man1/{program}.1" for program in PROGRAMS}
    wanted |= {f"usr/share/bash-completion/completions/{program}" for program in PROGRAMS}
    wanted |= {f"usr/share/lightlda/{name}" for name in ("run_local.sh", "run_hosts.sh", "mpi_job.sh", "lightlda.slurm",
                                                         "mpijob.yaml")}
    wanted |= {f"usr/share/doc/lightlda/{name}" for name in ("copyright", "README.md", "docs/cluster.md")}
    check(wanted <= programs, f"all is there: {sorted(wanted - programs)}")
    check({path for path in programs if re.fullmatch(r"usr/bin/.*", path)} <= wanted, "and no other program")
    check(sum("/zsh/" in path for path in programs) == len(PROGRAMS), "completions of zsh")
    development = files["liblightlda-dev"]
    for pattern in (r"usr/include/lightlda/trainer\.h", r"usr/lib/(.*/)?liblightlda\.so", r"usr/lib/(.*/)?pkgconfig/lightlda\.pc",
                    r".*/cmake/lightlda/lightldaConfig\.cmake", r".*/doc/liblightlda-dev/(copyright|examples/.*\.cc)"):
        check(any(re.fullmatch(pattern, path) for path in development), f"liblightlda-dev has {pattern}")
    check(not any(re.search(r"__pycache__|\.tmp|/build/", path) for path in set().union(*files.values())), "no leavings")
    if with_python:
        check_python(packages["python3-lightlda"], files["python3-lightlda"], scratch)


def check_python(package, files, scratch):
    """The package is whole, and works from where it was unpacked, with no library of the build."""
    site = "usr/lib/python3/dist-packages/lightlda"
    modules = {path for path in files if re.fullmatch(rf"{site}/_core\..*\.so", path)}
    wanted = {f"{site}/{name}" for name in ("__init__.py", "sklearn.py", "gensim.py", "py.typed", "_core.pyi")}
    wanted |= {"usr/share/doc/python3-lightlda/copyright"} | modules
    check(len(modules) == 1 and wanted <= files, f"the module and its files: {sorted(wanted - files)}")
    depends = field(package, "Depends")
    check(all(f" {name}" in f" {depends}" for name in ("python3 (>=", "python3 (<<", "python3-numpy", "libicu")),
          f"it needs one version of Python, NumPy and the engine's libraries: {depends}")
    check("python3-pandas" in field(package, "Recommends") and "python3-sklearn" in field(package, "Suggests"), "the others")
    run(["dpkg-deb", "--control", package, scratch.path / "control"])
    check(all(os.access(scratch.path / "control" / name, os.X_OK) for name in ("postinst", "prerm")), "its scripts")
    module, = modules
    check("RUNPATH" not in run(["readelf", "--dynamic", scratch.path / "python3-lightlda" / module]), "no path of the build")
    out = run(["/usr/bin/python3", "-B", "-c", "import lightlda; print(lightlda.__file__, lightlda.train("
               "lightlda.Corpus.from_tokens([['a', 'b']] * 9), 2, 2).num_tokens)"], cwd=scratch.path,
              env={**os.environ, "PYTHONPATH": str(scratch.path / "python3-lightlda" / site).removesuffix("/lightlda")})
    path, tokens = out.split()
    check(path.startswith(str(scratch.path)) and tokens == "18", f"it trains: {out}")


def check_unpacked(scratch):
    usr = scratch.path / "lightlda" / "usr"
    for program in PROGRAMS:
        run([usr / "bin" / program, "--version"])
        page = (usr / "share/man/man1" / f"{program}.1").read_text(encoding="utf-8")
        check(page == run([usr / "bin" / program, "--help=man"]), f"the man page of {program} is its own")
    env = {**os.environ, "PATH": f"{usr}/bin:{os.environ['PATH']}"}
    if shutil.which("mpirun"):
        command = run([usr / "share/lightlda/run_local.sh", "-n", "2", "--print", "--", "--corpus=c"], env=env)
        check(f"{usr}/bin/lightlda" in command, "the launcher finds the program and its other half")


# -- deploy/

def check_deploy(source_dir, scratch):
    containerfile = (source_dir / "Containerfile").read_text(encoding="utf-8")
    copied = re.findall(r"^COPY (?!--from|\. )(\S+) ", containerfile, re.MULTILINE)
    check(len(copied) >= 3 and all((source_dir / name).exists() for name in copied), f"what is copied exists: {copied}")
    check(containerfile.count("\nFROM debian:12-slim") == 2 and "USER 1000" in containerfile, "two stages, no root")
    try:
        import yaml  # pylint: disable=import-outside-toplevel
    except ImportError:
        print("skipped: mpijob.yaml, as Python has no yaml")
        return
    job = yaml.safe_load((source_dir / "deploy" / "mpijob.yaml").read_text(encoding="utf-8"))
    check((job["apiVersion"], job["kind"]) == ("kubeflow.org/v2beta1", "MPIJob"), "mpijob.yaml is of the operator")
    known = run([scratch.build_dir / "bin" / "lightlda", "--help"])
    for role in ("Launcher", "Worker"):
        pod = job["spec"]["mpiReplicaSpecs"][role]["template"]["spec"]
        container, = pod["containers"]
        check(pod["securityContext"]["runAsUser"] == 1000 and container["securityContext"]["readOnlyRootFilesystem"],
              f"{role}: user 1000, nothing is written to the image")
        program = container["command"][0]
        there = (scratch.path / "lightlda" / program[1:]).exists() or program == "/usr/sbin/sshd"
        check(there, f"{role}: {program} is in the image")
        for flag in re.findall(r"--(\w+)=", " ".join(container.get("args", []))):
            check(f"\n  --{flag}=" in known, f"{role}: lightlda has --{flag}")
        mounts = {mount["name"] for mount in container["volumeMounts"]}
        check(mounts == {volume["name"] for volume in pod["volumes"]}, f"{role}: volumes")
        check(pod["terminationGracePeriodSeconds"] >= 300, f"{role}: time to save")
    sshd = job["spec"]["mpiReplicaSpecs"]["Worker"]["template"]["spec"]["containers"][0]["command"]
    check(f"deploy/sshd_config {sshd[-1]}" in containerfile, "the worker's sshd has the image's settings")
    for name, key in (("sshd_config", "HostKey"), ("ssh_config", "IdentityFile")):
        text = (source_dir / "deploy" / name).read_text(encoding="utf-8")
        check("Port 2222" in text and f"{key} {job['spec']['sshAuthMountPath']}/id_rsa" in text, f"{name}: port and key")


# -- in a bare Debian

def everything(root):
    """Files of the system that packages may bring, but for caches and logs; and the packages."""
    skipped = ("proc", "sys", "dev", "tmp", "var/cache", "var/log", "var/lib/apt", "root", "run", "work")
    found = set()
    for directory, names, files in os.walk(root):
        here = os.path.relpath(directory, root)
        names[:] = [name for name in names if os.path.normpath(os.path.join(here, name)) not in skipped]
        found.update(os.path.normpath(os.path.join(here, name)) for name in files + names)
    return {path for path in found if not re.search(r"-old$|var/lib/dpkg/|__pycache__|var/lib/systemd/deb-systemd", path)}


def in_root(root, script):
    # What a running system has; gone with the namespace.
    mounts = ('mount -t proc proc "$0/proc"; mount --rbind /sys "$0/sys"; mount -t devpts devpts "$0/dev/pts"; '
              'exec chroot "$0" "$@"')
    return run(["unshare", "--mount", "bash", "-euc", mounts, root, "/usr/bin/env", "-i",
                "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", "LC_ALL=C.UTF-8",
                "DEBIAN_FRONTEND=noninteractive", "OMPI_ALLOW_RUN_AS_ROOT=1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1", "bash",
                "-euo", "pipefail", "-c", script])


def try_in_root(arguments):
    root = pathlib.Path(arguments.root)
    readme = (pathlib.Path(arguments.source_dir) / "README.md").read_text(encoding="utf-8")
    tour = "\n".join(re.findall(r"^<!-- tested -->\n```sh\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL))
    check(tour.count("\n") > 8, "the README has a tour")
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    in_root(root, "apt-get -q update")
    before, packages = everything(root), in_root(root, "dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n'")
    (root / "work").mkdir(exist_ok=True)
    for deb in pathlib.Path(arguments.debs).glob("*.deb"):
        shutil.copy(deb, root / "work")
    install = "apt-get -q -y install --no-install-recommends"
    in_root(root, f"cd /work && {install} ./lightlda_*.deb")
    check(True, "lightlda is installed with nothing else than its dependencies")
    print(in_root(root, f"cd /work && ln -s /usr/share/lightlda/data data && {tour}")[:2000])
    check(True, "the tour works")
    in_root(root, f"cd /work && {install} openmpi-bin && /usr/share/lightlda/run_local.sh -n 2 -- --corpus=my-corpus "
                  "--model=two --num_topics=10 --num_iterations=5 2>&1")
    check(True, "two processes")
    in_root(root, f"cd /work && {install} ./liblightlda-dev_*.deb g++ cmake make pkg-config")
    examples = "/usr/share/doc/liblightlda-dev/examples"
    in_root(root, f"cd /work && cmake -S {examples} -B b >/dev/null && cmake --build b && "
                  "b/train_and_print data/tiny/tiny.txt m1 3 && b/train_in_memory && "
                  f"g++ {examples}/train_and_print.cc $(pkg-config --cflags --libs lightlda) -o p && "
                  "./p data/tiny/tiny.txt m2 3")
    check(True, "find_package and pkg-config, without a setting")
    of_python = try_python_in_root(arguments, root, install)
    in_root(root, f"apt-get -q -y purge lightlda liblightlda-dev {of_python} openmpi-bin g++ cmake make pkg-config && "
                  "apt-get -q -y autoremove --purge && rm -rf /work")
    check(in_root(root, "dpkg-query -W -f '${Package} ${db:Status-Abbrev}\\n'") == packages, "the packages are those of before")
    left = sorted(path for path in everything(root) - before if "lightlda" in path)
    check(not left, f"nothing of lightlda is left: {left}")
    print(f"left of other packages: {sorted(everything(root) - before)[:10]}")


def try_python_in_root(arguments, root, install):
    """The package to remove, if there is one."""
    if not list(pathlib.Path(arguments.debs).glob("python3-lightlda_*.deb")):
        print("skipped: no python3-lightlda")
        return ""
    page = (pathlib.Path(arguments.source_dir) / "docs" / "python.md").read_text(encoding="utf-8")
    tour = re.search(r"^## A tour$.*?^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[1]
    (root / "work" / "tour.py").write_text(tour, encoding="utf-8")
    in_root(root, f"cd /work && {install} ./python3-lightlda_*.deb && python3 tour.py")
    check(True, "the tour in Python, with nothing else than NumPy")
    compiled = list((root / "usr/lib/python3/dist-packages/lightlda/__pycache__").glob("*.pyc"))
    check(len(compiled) > 5, f"the modules are compiled: {compiled}")
    return "python3-lightlda"


class Scratch:
    def __init__(self, build_dir):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="lightlda-packages-"))
        self.build_dir = pathlib.Path(build_dir)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source_dir", required=True)
    parser.add_argument("--python", type=int, default=0)
    for name in ("cpack", "build_dir", "debs", "root"):
        parser.add_argument(f"--{name}")
    arguments = parser.parse_args()
    if arguments.root:
        try_in_root(arguments)
        return
    if not all(map(shutil.which, ("dpkg-deb", "dpkg-shlibdeps", "file"))):
        print("skipped: needs dpkg-dev and file")
        sys.exit(SKIPPED)
    scratch = Scratch(arguments.build_dir)
    try:
        packages = make_packages(arguments, scratch.path)
        check_packages(packages, scratch, bool(arguments.python))
        check_unpacked(scratch)
        check_deploy(pathlib.Path(arguments.source_dir), scratch)
    finally:
        shutil.rmtree(scratch.path, ignore_errors=True)


if __name__ == "__main__":
    main()
