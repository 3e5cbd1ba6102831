"""What the tests of installations share."""
import subprocess


def run(command, **options):
    """Runs a command and returns its stdout; a failure ends the test with all that was printed."""
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL, **options)
    if done.returncode != 0:
        raise SystemExit(f"exit code {done.returncode}: {' '.join(map(str, command))}\n"
                         f"{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout


def check(condition, message):
    if not condition:
        raise SystemExit(f"FAILED: {message}")
    print(f"passed: {message.splitlines()[0]}", flush=True)
