// The list of verbs, each in a file of its own.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "services/throughline/verb.h"

namespace throughline {

[[nodiscard]] std::unique_ptr<Verb> MakeDev();
[[nodiscard]] std::unique_ptr<Verb> MakeInit();
[[nodiscard]] std::unique_ptr<Verb> MakeServe();
[[nodiscard]] std::unique_ptr<Verb> MakePlay();
[[nodiscard]] std::unique_ptr<Verb> MakeStatus();
[[nodiscard]] std::unique_ptr<Verb> MakeTimeline();
[[nodiscard]] std::unique_ptr<Verb> MakeTail();
[[nodiscard]] std::unique_ptr<Verb> MakeRebuild();
[[nodiscard]] std::unique_ptr<Verb> MakeErase();
[[nodiscard]] std::unique_ptr<Verb> MakeToken();
[[nodiscard]] std::unique_ptr<Verb> MakeBench();
[[nodiscard]] std::unique_ptr<Verb> MakeCheck();

/// All of them, in the order of the greeting.
[[nodiscard]] const std::vector<VerbEntry>& AllVerbs();

}  // namespace throughline
