// What a verb of the command line is: its settings, and what it does with them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace CLI {
class App;
}

namespace throughline {

/// One verb. Made anew for each run.
class Verb {
  public:
    virtual ~Verb() = default;

    /// Binds its settings: long names only, each with a text that says unit and default. Every one of them is also
    /// a key of the settings file and an environment variable: `key-file` is THROUGHLINE_KEY_FILE.
    virtual void AddSettings(CLI::App& app) = 0;

    /// Does it. Data goes to stdout; a status that is not OK is told on stderr, and decides the exit.
    [[nodiscard]] virtual absl::Status Run() = 0;
};

/// A verb's place in the list.
struct VerbEntry {
    std::string_view name;
    std::string_view summary;  ///< One line for the greeting.
    std::function<std::unique_ptr<Verb>()> make;
};

/// INVALID_ARGUMENT with the reason BAD_SETTINGS: exit 8.
[[nodiscard]] absl::Status BadSettings(std::string_view text);

}  // namespace throughline
