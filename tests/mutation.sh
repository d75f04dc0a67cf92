#!/bin/sh
# Mutation testing of one part, alone and with low priority; not in CI. docs/reliability.md has the scores.
# tests/mutation.sh numerics|kernels|memory|timing [further options of dotnet-stryker]
# The tests of Simulator run as a program of their own (Microsoft's testing platform), which stays for all changes; those of
# Accelerators are started anew for each, since they have a program already, and what FsCheck draws does not run so.
set -eu
runner=vstest
case "${1:?numerics, kernels, memory or timing}" in
    numerics) project=Accelerators; files='Numerics/**/*.cs'; filter='FullyQualifiedName~Numerics' ;;
    kernels) project=Accelerators; files='Kernels/**/*.cs'; filter='FullyQualifiedName~Kernels' ;;
    memory) project=Simulator; runner=mtp; files='Memory/**/*.cs'; filter='FullyQualifiedName~Simulator.Tests.Memory' ;;
    timing) project=Simulator; runner=mtp; files='Timing/**/*.cs'; filter='FullyQualifiedName~Simulator.Tests.Timing' ;;
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
  "test-runner": "$runner",
  "configuration": "Release", "reporters": ["cleartext", "json", "progress"]
} }
END
[ "$runner" = mtp ] && export EnableNUnitRunner=true
nice -n 19 dotnet stryker --config-file "$config" "$@"
