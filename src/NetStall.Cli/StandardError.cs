// SPDX-License-Identifier: Apache-2.0
namespace NetStall.Cli;

/// <summary>Sentences for whoever watches. Where nobody can be told (closed, or on a full disk) the exit code must do.</summary>
static class StandardError
{
    public static void Tell(string sentence)
    {
        try
        {
            Console.Error.WriteLine(sentence);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // There is nobody to tell.
        }
    }
}
