// The one shell in which every command runs: load, fold, decide, append. It knows nothing of the domain.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>

#include <google/protobuf/message.h>
#include <grpcpp/server_context.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "eventstore/base/clock.h"
#include "eventstore/base/query.h"
#include "eventstore/store/event_log.h"
#include "projections/history/effective.h"
#include "services/auth/identity.h"
#include "services/casework/command_context.h"
#include "services/casework/decision.h"
#include "services/casework/field_checks.h"
#include "services/casework/shell/answer.h"
#include "services/casework/shell/header_lookup.h"
#include "services/casework/shell/subjects.h"

namespace throughline {

/// A request as the shell sees it.
struct Call {
    const google::protobuf::Message& request;  ///< Its full name and bytes are what makes it the same request.
    std::string command_id;
    std::optional<events::v1::Date> occurred_on;  ///< Absent: today.
};

/// What a command is made of. All of it may run again: after a lost race the shell loads again and decides again.
struct Steps {
    /// What is wrong with the request itself: every bad field.
    std::function<void(FieldChecks& fields)> check;

    /// The query for the facts that the decision depends on, which is also the condition of the append. May look tags
    /// up, and may set `context.new_id`. NOT_FOUND, PERMISSION_DENIED.
    std::function<absl::StatusOr<Query>(HeaderLookup& lookup, CommandContext& context)> query;

    /// Pure. A status where the caller may not (NOT_FOUND, PERMISSION_DENIED), or where it all must be loaded again
    /// (ABORTED).
    std::function<absl::StatusOr<Decision>(std::span<const EffectiveFact> history, const CommandContext& context)>
        decide;

    /// What must be durable before the facts are; may be empty. ABORTED: load again.
    std::function<absl::Status(const NewFacts& facts)> before_append;

    /// What may be tidied up once the facts are durable; may be empty. It never runs after a crash: nothing may depend
    /// on it.
    std::function<void(const NewFacts& facts)> after_append;
};

/// Safe from many threads. What it is made with outlives it.
class Shell {
  public:
    Shell(EventLog& log, Subjects& subjects, const Clock& clock, const Authenticator& authenticator);

    /// Runs one command and blocks until its facts are durable.
    ///   UNAUTHENTICATED       no good credentials
    ///   INVALID_ARGUMENT      bad fields, all of them
    ///   NOT_FOUND             an id that is unknown
    ///   PERMISSION_DENIED     not the caller's to do
    ///   FAILED_PRECONDITION   a rule says no; every violation is listed
    ///   ALREADY_EXISTS        the command id was used for another request
    ///   ABORTED               lost every race until the deadline: repeat the same command
    ///   UNAVAILABLE           whether it is stored is unknown: repeat the same command
    ///   RESOURCE_EXHAUSTED    too much waits: repeat after the hint
    [[nodiscard]] absl::StatusOr<Answer> Execute(const grpc::ServerContext& context, const Call& call,
                                                 const Steps& steps) const;

    [[nodiscard]] EventLog& log() const { return log_; }
    [[nodiscard]] Subjects& subjects() const { return subjects_; }

  private:
    absl::StatusOr<CommandContext> ContextOf(const Identity& caller, const Call& call) const;
    absl::StatusOr<std::optional<Answer>> FirstAnswer(const CommandKey& key) const;
    absl::StatusOr<Answer> Attempt(const CommandKey& key, CommandContext context, const Steps& steps) const;
    absl::StatusOr<Answer> AppendFacts(const CommandKey& key, const Condition& condition, const NewFacts& facts) const;
    std::vector<NewEvent> EventsOf(const NewFacts& facts) const;
    Answer AnswerOf(Appended appended) const;

    EventLog& log_;
    Subjects& subjects_;
    const Clock& clock_;
    const Authenticator& authenticator_;
};

/// The key of a call by this caller: same person, same command id, same content.
[[nodiscard]] CommandKey KeyOf(const Identity& caller, CommandId command, const google::protobuf::Message& request);

/// Header of the answer's trailing metadata; "true" where the command was known and this is its first answer.
inline constexpr const char* kRepeatedMetadata = "throughline-repeated";

}  // namespace throughline
