"""The package: its wheel, its stubs, what it imports."""
import inspect
import os
import pathlib
import re
import subprocess
import sys
import zipfile

import pytest

import lightlda
from lightlda import _core

ROOT = pathlib.Path(__file__).resolve().parents[2]


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, **options)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


def test_a_wheel_without_network(tmp_path):
    """pip makes a wheel, offline, that works from another place than the build."""
    build = pathlib.Path(lightlda.__file__).parents[1].parent
    if not (build / "CMakeCache.txt").is_file():
        pytest.skip("the package is not used from a build tree")
    run([sys.executable, "-m", "pip", "wheel", "--no-build-isolation", "--no-deps", "--no-index", "-w", tmp_path, ROOT],
        env={**os.environ, "LIGHTLDA_CMAKE_BUILD": str(build), "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    (wheel,) = tmp_path.glob("lightlda-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
        metadata = archive.read(next(name for name in archive.namelist() if name.endswith("METADATA"))).decode()
    assert "Requires-External: libicuuc" in metadata and f"Version: {lightlda.__version__}" in metadata
    out = run([sys.executable, "-B", "-c",
               "import lightlda; print(lightlda.__file__, lightlda.train(lightlda.Corpus.from_tokens([['a', 'b']] * 9), "
               "2, 2).num_tokens)"], cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path / "site")})
    path, tokens = out.split()
    assert path.startswith(str(tmp_path)) and tokens == "18"
    assert (tmp_path / "site" / "lightlda" / "py.typed").is_file()


def test_only_numpy_is_needed():
    out = run([sys.executable, "-B", "-c", "import sys, lightlda; print(*sorted({m.split('.')[0] for m in sys.modules} & "
               "{'scipy', 'pandas', 'sklearn', 'gensim', 'numpy'}))"])
    assert out.split() == ["numpy"]


def test_every_setting_of_the_engine_is_a_keyword():
    keywords = set(inspect.signature(lightlda.train).parameters)
    fields = {name for name in dir(_core.TrainConfig) if not name.startswith("_")}
    assert fields - {"model", "alpha_vector"} <= keywords
    header = (ROOT / "include/lightlda/trainer.h").read_text(encoding="utf-8")
    body = header.split("struct TrainConfig {")[1].split("\n};")[0]
    members = set(re.findall(r"^  [\w:<>]+ (\w+)(?: = [^;]+)?;", body, re.MULTILINE))
    assert members - {"corpus"} == fields


def test_the_stub_has_all_of_the_module():
    stub = (ROOT / "python/lightlda/_core.pyi").read_text(encoding="utf-8")
    for name in dir(_core):
        if not name.startswith("_"):
            assert re.search(rf"^(def|class) {name}\b", stub, re.MULTILINE), name
            thing = getattr(_core, name)
            if inspect.isclass(thing):
                body = re.search(rf"^class {name}\b.*?(?=^\S|\Z)", stub, re.MULTILINE | re.DOTALL)[0]
                for member in vars(thing):
                    if not member.startswith("_"):
                        assert re.search(rf"^    (def )?{member}\b", body, re.MULTILINE), f"{name}.{member}"


def test_everything_public_is_documented():
    for thing in (lightlda.Corpus, lightlda.Model):
        for name, member in inspect.getmembers(thing):
            if not name.startswith("_") and name not in ("num_documents", "num_words", "num_tokens", "num_topics"):
                assert inspect.getdoc(member), f"{thing.__name__}.{name}"
