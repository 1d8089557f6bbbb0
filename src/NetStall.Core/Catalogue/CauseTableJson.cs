// SPDX-License-Identifier: Apache-2.0
using System.Text.Json.Serialization;

namespace NetStall.Catalogue;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(CauseTable))]
sealed partial class CauseTableJson : JsonSerializerContext;
