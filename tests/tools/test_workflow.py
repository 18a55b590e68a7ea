"""The forge's workflow and the hooks before a commit call what there is."""

from __future__ import annotations

import json
import os
import re
import shlex
import tomllib
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOW = ROOT / ".github/workflows/check.yml"
HOOKS = ROOT / ".pre-commit-config.yaml"


def faults(document: Path, schema: str) -> list[str]:
    """Return what a YAML file has that its schema does not allow; `on` is a key there, not a truth."""
    text = re.sub(r"^on:", '"on":', document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    rules: Any = json.loads((files("check_jsonschema") / f"builtin_schemas/vendor/{schema}").read_text())
    validator = jsonschema.validators.validator_for(rules)(rules)
    return [f"{fault.json_path}: {fault.message}" for fault in validator.iter_errors(yaml.safe_load(text))]


def test_the_workflow_is_valid_and_calls_the_command_of_everybody() -> None:
    assert faults(WORKFLOW, "github-workflows.json") == []
    found: Any = yaml.safe_load(WORKFLOW.read_text(encoding="utf-8"))
    steps = found["jobs"]["check"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert [f">={step['with']['python-version']}" for step in steps if "with" in step] == [
        project["requires-python"]
    ]


def test_the_hooks_run_tools_and_tests_that_there_are() -> None:
    found: Any = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    commands = [shlex.split(hook["entry"]) for repo in found["repos"] for hook in repo["hooks"]]
    assert [words[:3] for words in commands] == [["uv", "run", "--no-sync"]] * len(commands)
    assert {words[3] for words in commands} == {"ruff", "mypy", "pytest"}
    named = [word for words in commands for word in words if word.startswith("tests/")]
    assert named
    assert [name for name in named if not (ROOT / name).is_file()] == []
