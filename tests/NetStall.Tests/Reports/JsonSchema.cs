// SPDX-License-Identifier: Apache-2.0
using System.Text.Json;

namespace NetStall.Tests.Reports;

/// <summary>Validates JSON by the keywords of JSON Schema that docs/report.schema.json uses; any other keyword is an error, so that none is passed over.</summary>
sealed class JsonSchema(JsonElement root)
{
    public List<string> Errors { get; } = [];

    public static JsonSchema Load(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    public bool Holds(JsonElement value) => Check(root, value, "$", Errors) && Errors.Count == 0;

    bool Check(JsonElement schema, JsonElement value, string at, List<string> errors)
    {
        int before = errors.Count;
        foreach (var keyword in schema.EnumerateObject())
        {
            switch (keyword.Name)
            {
                case "$schema" or "$defs" or "title" or "description" or "additionalProperties":
                    break;
                case "$ref":
                    Check(Resolve(keyword.Value.GetString()!), value, at, errors);
                    break;
                case "oneOf":
                    var why = new List<List<string>>();
                    int fits = 0;
                    foreach (var choice in keyword.Value.EnumerateArray())
                    {
                        var own = new List<string>();
                        if (Check(choice, value, at, own))
                            fits++;
                        why.Add(own);
                    }
                    if (fits != 1)
                        errors.Add($"{at}: {fits} of the choices fit: {string.Join(" | ", why.Select(w => string.Join(", ", w.Take(3))))}");
                    break;
                case "type":
                    var types = keyword.Value.ValueKind == JsonValueKind.Array ? keyword.Value.EnumerateArray().Select(t => t.GetString()!).ToList() : [keyword.Value.GetString()!];
                    if (!types.Any(t => IsOfType(value, t)))
                        errors.Add($"{at}: {value.ValueKind} is not {string.Join(" or ", types)}");
                    break;
                case "const":
                    if (value.ToString() != keyword.Value.ToString())
                        errors.Add($"{at}: not {keyword.Value}");
                    break;
                case "enum":
                    if (!keyword.Value.EnumerateArray().Any(e => e.ToString() == value.ToString()))
                        errors.Add($"{at}: {value} is none of the choices");
                    break;
                case "minimum":
                    if (value.ValueKind == JsonValueKind.Number && value.GetDouble() < keyword.Value.GetDouble())
                        errors.Add($"{at}: {value} is below {keyword.Value}");
                    break;
                case "maximum":
                    if (value.ValueKind == JsonValueKind.Number && value.GetDouble() > keyword.Value.GetDouble())
                        errors.Add($"{at}: {value} is over {keyword.Value}");
                    break;
                case "minItems":
                    if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() < keyword.Value.GetInt32())
                        errors.Add($"{at}: too few items");
                    break;
                case "items":
                    if (value.ValueKind == JsonValueKind.Array)
                    {
                        int i = 0;
                        foreach (var item in value.EnumerateArray())
                            Check(keyword.Value, item, $"{at}[{i++}]", errors);
                    }
                    break;
                case "properties":
                    if (value.ValueKind == JsonValueKind.Object)
                        CheckProperties(schema, keyword.Value, value, at, errors);
                    break;
                case "required":
                    if (value.ValueKind == JsonValueKind.Object)
                        errors.AddRange(keyword.Value.EnumerateArray().Where(r => !value.TryGetProperty(r.GetString()!, out _)).Select(r => $"{at}: lacks {r}"));
                    break;
                default:
                    errors.Add($"the schema uses `{keyword.Name}`, which is not checked here");
                    break;
            }
        }
        return errors.Count == before;
    }

    void CheckProperties(JsonElement schema, JsonElement properties, JsonElement value, string at, List<string> errors)
    {
        bool closed = schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.False;
        foreach (var property in value.EnumerateObject())
        {
            if (properties.TryGetProperty(property.Name, out var own))
                Check(own, property.Value, $"{at}.{property.Name}", errors);
            else if (closed)
                errors.Add($"{at}: {property.Name} is not in the schema");
        }
    }

    JsonElement Resolve(string reference) => root.GetProperty("$defs").GetProperty(reference["#/$defs/".Length..]);

    static bool IsOfType(JsonElement value, string type) => type switch
    {
        "null" => value.ValueKind == JsonValueKind.Null,
        "string" => value.ValueKind == JsonValueKind.String,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "integer" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "number" => value.ValueKind == JsonValueKind.Number,
        "array" => value.ValueKind == JsonValueKind.Array,
        "object" => value.ValueKind == JsonValueKind.Object,
        _ => false,
    };
}
