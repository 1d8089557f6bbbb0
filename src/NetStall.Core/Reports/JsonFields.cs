// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;
using NetStall.Model;

namespace NetStall.Reports;

/// <summary>Fields of JSON that somebody else wrote, or changed. What is missing or of another kind is told by <see cref="FormatException"/>.</summary>
static class JsonFields
{
    public static JsonElement Object(this JsonElement parent, string name) => Field(parent, name, JsonValueKind.Object);

    public static JsonElement.ArrayEnumerator Array(this JsonElement parent, string name) => Field(parent, name, JsonValueKind.Array).EnumerateArray();

    public static string Text(this JsonElement parent, string name) => Read(Field(parent, name, JsonValueKind.String), name);

    public static string? TextOrNull(this JsonElement parent, string name) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? Read(value, name) : null;

    public static bool Flag(this JsonElement parent, string name) =>
        parent.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.True or JsonValueKind.False ? value.GetBoolean() : throw Bad(name);

    public static int Number(this JsonElement parent, string name) =>
        Field(parent, name, JsonValueKind.Number).TryGetInt32(out int value) ? value : throw Bad(name);

    // A century on either side: sums of some of them stay in range.
    public static KernelTime Time(this JsonElement parent, string name) =>
        Field(parent, name, JsonValueKind.Number).TryGetInt64(out long value) && Math.Abs(value) < 3_200_000_000_000_000_000 ? new KernelTime(value) : throw Bad(name);

    public static Elapsed Milliseconds(this JsonElement parent, string name) =>
        Field(parent, name, JsonValueKind.Number).TryGetDecimal(out decimal value) && Math.Abs(value) < 1_000_000_000_000 ? new Elapsed((long)(value * 1_000_000)) : throw Bad(name);

    static string Read(JsonElement value, string name)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            // Bytes that are no UTF-8, or half of a surrogate pair.
            throw Bad(name);
        }
    }

    static JsonElement Field(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind ? value : throw Bad(name);

    static FormatException Bad(string name) => new($"`{name}` is missing, or is not what it should be");
}
