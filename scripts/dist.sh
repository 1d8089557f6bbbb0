#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds what we ship into dist/: a self-contained tarball for linux-x64, a .NET tool package, and their SHA-256 sums.
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
project=src/NetStall.Cli/NetStall.Cli.csproj
version=$(dotnet msbuild "$project" -getProperty:Version)
name=netstall-$version-linux-x64
stage=out/dist/$name
rm -rf dist out/dist/netstall-*
mkdir -p dist

scripts/self-contained.sh "$stage"

# In a folder of its own, like that; see there.
tool=("-p:ArtifactsPath=$PWD/out/dist/tool" -p:ContinuousIntegrationBuild=true)
dotnet restore "$project" --locked-mode -v q "${tool[@]}"
dotnet pack "$project" --no-restore -c Release -v q -p:Distribution=tool "${tool[@]}" -o dist

# What others wrote and we pass on, with what they ask us to pass on beside it.
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
mkdir -p "$stage/licenses"
assets=out/dist/self-contained/obj/NetStall.Cli/project.assets.json
shipped=$(sed -nE 's|^ +"path": "([a-z0-9.-]+/[0-9][^"/]*)".*|\1|p' "$assets" | sort -u)
runtime=$(dotnet msbuild "$project" -getProperty:BundledNETCoreAppPackageVersion)
for package in $shipped "microsoft.netcore.app.runtime.linux-x64/$runtime"; do
  case $package in microsoft.net.illink.tasks/*) continue ;; esac # builds, is not shipped
  from=$packages/$package
  spec=$(tr -d '\r\n' <"$from/${package%%/*}.nuspec")
  field() { sed -nE "s|.*<$1[^>]*>([^<]*)</$1>.*|\1|p" <<<"$spec"; }
  printf '%s %s\n  licence: %s\n  copyright: %s\n' "${package%%/*}" "${package##*/}" "$(field license)" "$(field copyright)" \
    >>"$stage/licenses/PACKAGES.txt"
  find "$from" -iname 'LICENSE*' -o -iname 'THIRD-PARTY-NOTICES*' | while read -r file; do
    cp "$file" "$stage/licenses/${package%%/*}$(tr / - <<<"${file#"$from"}")"
  done
done
cp src/NetStall.Linux/Compression/LICENSE-libzstd "$stage/licenses/" # the package above does not bring it
cp LICENSE README.md CHANGELOG.md CONTRIBUTING.md SECURITY.md "$stage/"
cp -r docs samples "$stage/" # the README leads there, and so does --help
find "$stage" -type f ! -name netstall -exec chmod 644 {} +

# The same commit gives the same bytes.
tar -C out/dist --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$(git log -1 --format=%ct)" -cf - "$name" |
  gzip -n -9 >"dist/$name.tar.gz"
(cd dist && sha256sum -- * >SHA256SUMS)
