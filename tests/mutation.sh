#!/bin/sh
# Mutation testing of one part, alone and with low priority; not in CI. docs/reliability.md has the scores.
# tests/mutation.sh numerics|kernels|memory|timing [further options of dotnet-stryker]
# Tests that FsCheck draws do not run under dotnet-stryker 5.1 and are left out.
set -eu
case "${1:?numerics, kernels, memory or timing}" in
    numerics) project=Accelerators; files='Numerics/**/*.cs'; filter='FullyQualifiedName~Numerics' ;;
    kernels) project=Accelerators; files='Kernels/**/*.cs'; filter='FullyQualifiedName~Kernels' ;;
    memory) project=Simulator; files='Memory/**/*.cs'; filter='FullyQualifiedName~Simulator.Tests.Memory&FullyQualifiedName!~MemoryPlannerTests' ;;
    timing) project=Simulator; files='Timing/**/*.cs'; filter='FullyQualifiedName~Simulator.Tests.Timing&FullyQualifiedName!~PropertyTests' ;;
    *) echo "$1: numerics, kernels, memory and timing are the parts" >&2; exit 2 ;;
esac
shift
cd "$(dirname "$0")/.."
dotnet tool restore
cd "tests/$project.Tests"
config=$(mktemp --suffix .json)
trap 'rm -f "$config"' EXIT
cat > "$config" <<END
{ "stryker-config": {
  "project": "$project.csproj", "test-projects": ["$PWD/$project.Tests.csproj"], "mutate": ["$files"], "test-case-filter": "$filter", "coverage-analysis": "perTest", "concurrency": 1,
  "configuration": "Release", "reporters": ["cleartext", "json", "progress"]
} }
END
nice -n 19 dotnet stryker --config-file "$config" "$@"
