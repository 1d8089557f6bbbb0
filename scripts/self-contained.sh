#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# self-contained.sh FOLDER: the program as nodes get it, without .NET there: one file and libzstd.so beside it, in FOLDER.
# A minute the first time, seconds after a small change.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
project=src/NetStall.Cli/NetStall.Cli.csproj
# Two ways of building have two folders, or each would make the other restore anew. ContinuousIntegrationBuild keeps the paths of
# this machine out of the symbols.
options=(-p:Distribution=self-contained "-p:ArtifactsPath=$PWD/out/dist/self-contained" -p:ContinuousIntegrationBuild=true)
dotnet restore "$project" --locked-mode -v q "${options[@]}"
dotnet publish "$project" --no-restore -c Release -v q "${options[@]}" -o "$1"
