// From the words of the command line to the verb that they name.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "services/throughline/exit_code.h"
#include "services/throughline/settings.h"
#include "services/throughline/verb.h"

namespace throughline {

/// Runs the verb that the first word names, and tells on stderr what went wrong. Without words it greets, `examples`
/// among the rest.
[[nodiscard]] ExitCode RunCommandLine(std::span<const VerbEntry> verbs, const std::string& examples,
                                      const std::vector<std::string>& words, const Environment& environment);

}  // namespace throughline
