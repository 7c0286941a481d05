// Tells a story to a store through its public gRPC API alone: a token for each actor, the synthetic clock moved.
#pragma once

#include <grpcpp/channel.h>

#include <chrono>
#include <functional>
#include <memory>
#include <ostream>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/auth/identity.h"
#include "services/throughline/play/story.h"
#include "services/throughline/play/telling.h"

namespace throughline {

/// Gives a bearer token for an actor of a story.
using TokenIssue = std::function<absl::StatusOr<std::string>(const Identity& actor)>;

/// Where a story is told, and how.
struct PlayOptions {
    std::shared_ptr<grpc::ChannelInterface> channel;  ///< To a server of a synthetic store; in process or not.
    TokenIssue issue_token;
    std::chrono::milliseconds deadline{30'000};  ///< Of each call.
    bool quiet = false;                          ///< Only the summary.
};

/// Tells `story`, step by step, and writes how it goes to `out`.
///
/// Told again, it repeats the same commands: each that was accepted gives its first answer and nothing is added. A step
/// that was refused is passed over once the store's clock has gone beyond it, since the rules see a later state.
///   UNKNOWN              the story does not go as told; names step, line, told and got
///   FAILED_PRECONDITION  the store is not synthetic
///   INVALID_ARGUMENT     a step does not fit the contracts; names the line
///   others               a call failed technically: as the server answered
[[nodiscard]] absl::StatusOr<Tally> PlayStory(const Story& story, const PlayOptions& options, std::ostream& out);

}  // namespace throughline
