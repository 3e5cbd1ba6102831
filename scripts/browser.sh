#!/usr/bin/env bash
# Installs what the test of the report in a browser needs: Debian's chromium and npm, and the modules that
# tests/browser and web/report name. ctest -L browser runs it then.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"

scripts/install_packages.sh browser
for folder in tests/browser web/report; do
  (cd "$folder" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
done
