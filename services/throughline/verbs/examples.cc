// Names in the examples are those of the packaged story, so that they never go stale.
#include "services/throughline/verbs/examples.h"

#include <errno.h>

#include <fmt/format.h>

#include "services/throughline/store_folder.h"
#include "services/throughline/verbs/connection.h"
#include "services/throughline/verbs/sample_data.h"

namespace throughline {

std::string ExampleCommands() {
    return fmt::format(
        "Try it, with sample data of pupils who do not exist:\n\n"
        "  {} dev\n\n"
        "Then, in another terminal:\n\n{}",
        program_invocation_name, ExampleQuestions("var/dev", ConnectionSettings().address));
}

std::string ExampleQuestions(const std::string& store, const std::string& address) {
    const absl::StatusOr<Story> story = ParseStory(std::string(PackagedStory()));
    if (!story.ok()) return "";
    const SampleCast cast = CastOf(*story);
    const StoreFolder folder{store};
    const std::string staff = folder.Token(cast.staff);
    const std::string op = folder.Token(cast.operator_);
    const std::string at = address == ConnectionSettings().address ? "" : " --address " + address;
    const std::string program = program_invocation_name;
    return fmt::format("  {} timeline --upn {} --token-file {}{}\n", program, cast.upn, staff, at) +
           fmt::format("  {} timeline --upn {} --as-known-on {} --token-file {}{}\n", program, cast.upn, kSampleDay,
                       staff, at) +
           fmt::format("  {} tail --token-file {}{}\n", program, op, at) +
           fmt::format("  {} status --token-file {}{}\n", program, op, at);
}

}  // namespace throughline
