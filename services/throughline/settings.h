// One setting, three places: flags win over the environment, the environment over the settings file.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/throughline/verb.h"

namespace throughline {

/// The environment, so that tests bring their own.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The process's environment.
[[nodiscard]] Environment ProcessEnvironment();

/// `key-file` is THROUGHLINE_KEY_FILE.
[[nodiscard]] std::string EnvironmentName(std::string_view setting);

/// What is wrong with the text of a position or a number of records, or nothing: a check for CLI11, which by itself
/// takes -1 for the largest number there is.
[[nodiscard]] std::string NoWholeNumber(const std::string& text);

/// What came of reading settings.
struct ReadSettings {
    std::optional<std::string> help;  ///< Set where help was asked for: print it and stop.
};

/// Reads the settings of `verb` from `arguments`, the environment and the settings file (--settings FILE, lines
/// `name = value` as in TOML). The file may hold settings of other verbs; a key that is no verb's is refused.
///   INVALID_ARGUMENT                 the command line is wrong: exit 2
///   INVALID_ARGUMENT (BAD_SETTINGS)  a variable or the file is wrong: exit 8
[[nodiscard]] absl::StatusOr<ReadSettings> ReadVerbSettings(const VerbEntry& entry, Verb& verb,
                                                            std::span<const VerbEntry> all,
                                                            const std::vector<std::string>& arguments,
                                                            const Environment& environment);

}  // namespace throughline
