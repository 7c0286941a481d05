// Commands that work when pasted, against what `dev` serves.
#pragma once

#include <string>

namespace throughline {

/// For the greeting: start `dev`, then ask it.
[[nodiscard]] std::string ExampleCommands();

/// Questions to a server at `address` with the sample data in `store`, a line each.
[[nodiscard]] std::string ExampleQuestions(const std::string& store, const std::string& address);

}  // namespace throughline
