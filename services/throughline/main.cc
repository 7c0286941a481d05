// The program: hardens the process, then runs the verb that it is asked for.
#include <cstdio>
#include <exception>

#include "services/throughline/command_line.h"
#include "services/throughline/process.h"
#include "services/throughline/verbs/examples.h"
#include "services/throughline/verbs/verbs.h"

int main(int argc, char** argv) try {
    throughline::HardenProcess();
    throughline::RaiseFileLimit();
    throughline::EndOnLostPages();
    throughline::DropDeadlockWatch();
    const std::vector<std::string> words(argv + 1, argv + argc);
    return static_cast<int>(throughline::RunCommandLine(throughline::AllVerbs(), throughline::ExampleCommands(), words,
                                                        throughline::ProcessEnvironment()));
} catch (const std::exception& error) {
    // What no verb foresees, such as a thread that the machine refuses to start.
    std::fprintf(stderr, "throughline: %s\n", error.what());
    return static_cast<int>(throughline::ExitCode::kFailure);
}
