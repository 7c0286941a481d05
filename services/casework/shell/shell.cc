// A kill between any two lines here loses nothing: a command is stored whole or not at all, and repeating it is safe.
#include "services/casework/shell/shell.h"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include <fmt/format.h>
#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include "eventstore/base/consistency_token.h"
#include "services/casework/shell/deadline.h"

namespace throughline {
namespace {

std::string DeterministicBytes(const google::protobuf::Message& message) {
    std::string bytes;
    {
        google::protobuf::io::StringOutputStream stream(&bytes);
        google::protobuf::io::CodedOutputStream coded(&stream);  // Cuts `bytes` to size when it goes.
        coded.SetSerializationDeterministic(true);
        message.SerializeToCodedStream(&coded);
    }
    return bytes;
}

/// The key holds the id itself; its text may be spelt in capitals when the command is repeated.
std::unique_ptr<google::protobuf::Message> WithoutCommandId(const google::protobuf::Message& request) {
    std::unique_ptr<google::protobuf::Message> content(request.New());
    content->CopyFrom(request);
    const google::protobuf::FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("command_id");
    if (field != nullptr) content->GetReflection()->ClearField(content.get(), field);
    return content;
}

/// Casework is written by people: staff of schools, and operators who set schools up.
absl::Status MayWrite(const Identity& caller) {
    switch (caller.party) {
        case Party::kStaff:
        case Party::kOperator:
            return absl::OkStatus();
        case Party::kService:
            break;
    }
    return WithReason(absl::PermissionDeniedError("casework is written by staff; sign in as a member of staff"),
                      "STAFF_ONLY");
}

/// The last position that a read considered; nothing where the log was empty.
std::optional<Position> LastConsidered(Position end) {
    if (ToUint64(end) == 0) return std::nullopt;
    return Position{ToUint64(end) - 1};
}

bool LostARace(const absl::Status& status) {
    return absl::IsAborted(status);
}

}  // namespace

CommandKey KeyOf(const Identity& caller, CommandId command, const google::protobuf::Message& request) {
    const char* party = caller.party == Party::kOperator ? "operator" : "staff";
    std::string content = request.GetDescriptor()->full_name();
    content += '\0';
    content += DeterministicBytes(*WithoutCommandId(request));
    return {fmt::format("{}:{}", party, caller.person_id), command, std::move(content)};
}

Shell::Shell(EventLog& log, Subjects& subjects, const Clock& clock, const Authenticator& authenticator)
    : log_(log), subjects_(subjects), clock_(clock), authenticator_(authenticator) {}

absl::StatusOr<Answer> Shell::Execute(const grpc::ServerContext& context, const Call& call, const Steps& steps) const {
    const absl::StatusOr<Identity> caller = authenticator_.Authenticate(context);
    if (!caller.ok()) return caller.status();
    if (absl::Status status = MayWrite(*caller); !status.ok()) return status;

    const std::optional<Uuid> command = ParseUuid(call.command_id);
    const CommandKey key = KeyOf(*caller, CommandId{command.value_or(Uuid{})}, call.request);
    if (command) {
        absl::StatusOr<std::optional<Answer>> first = FirstAnswer(key);
        if (!first.ok()) return first.status();
        if (first->has_value()) return **std::move(first);
    }

    FieldChecks fields(LondonDay(clock_.Now()));
    fields.Require(command.has_value(), "command_id",
                   "choose a UUID yourself, 36 characters, and repeat it only to repeat the same command");
    if (call.occurred_on) fields.PastDate("occurred_on", true, *call.occurred_on);
    steps.check(fields);
    if (absl::Status status = fields.ToStatus(); !status.ok()) return status;

    const absl::StatusOr<CommandContext> asked = ContextOf(*caller, call);
    if (!asked.ok()) return asked.status();
    const Deadline deadline(context.deadline());
    for (int attempts = 1;; ++attempts) {
        absl::StatusOr<Answer> answer = Attempt(key, *asked, steps);
        if (answer.ok() || !LostARace(answer.status())) return answer;
        if (context.IsCancelled()) return absl::CancelledError("the caller went away; nothing was stored");
        if (deadline.Passed()) {
            return WithReason(absl::AbortedError(fmt::format("other commands came first {} times until the deadline; "
                                                             "repeat the same command",
                                                             attempts)),
                              "LOST_RACE");
        }
    }
}

absl::StatusOr<CommandContext> Shell::ContextOf(const Identity& caller, const Call& call) const {
    CommandContext context;
    context.actor = caller.ToActor();
    context.by_operator = caller.party == Party::kOperator;
    context.today = LondonDay(clock_.Now());
    context.occurred = OccurredOn(call.occurred_on ? ToDay(*call.occurred_on) : context.today);
    context.new_id = ToString(RandomUuid());
    if (caller.party != Party::kStaff) return context;
    const absl::StatusOr<std::optional<SubjectId>> school =
        subjects_.Find(eventstore::v1::SUBJECT_KIND_SCHOOL, caller.urn);
    if (!school.ok()) return school.status();
    if (school->has_value()) context.school_id = ToString(**school);
    return context;
}

absl::StatusOr<std::optional<Answer>> Shell::FirstAnswer(const CommandKey& key) const {
    absl::StatusOr<std::optional<Appended>> known = log_.FindCommand(key);
    if (!known.ok()) return known.status();
    if (!known->has_value()) return std::nullopt;
    Answer answer = AnswerOf(**std::move(known));
    answer.repeated = true;
    return answer;
}

absl::StatusOr<Answer> Shell::Attempt(const CommandKey& key, CommandContext context, const Steps& steps) const {
    // What says no may have seen the very facts of this command, sent twice at once: then the first answer counts.
    const auto unless_known = [&](absl::Status no) -> absl::StatusOr<Answer> {
        absl::StatusOr<std::optional<Answer>> first = FirstAnswer(key);
        if (first.ok() && first->has_value()) return **std::move(first);
        return no;
    };

    HeaderLookup lookup(log_);
    absl::StatusOr<Query> query = steps.query(lookup, context);
    if (!query.ok()) return unless_known(query.status());
    ReadOptions options;
    options.query = *query;
    const absl::StatusOr<RecordBatch> batch = log_.ReadAll(std::move(options));
    if (!batch.ok()) return batch.status();
    const absl::StatusOr<std::vector<EffectiveFact>> history = Effective(batch->records);
    if (!history.ok()) return history.status();

    absl::StatusOr<Decision> decision = steps.decide(*history, context);
    if (!decision.ok()) return unless_known(decision.status());
    if (const Refusal* refusal = std::get_if<Refusal>(&*decision)) {
        return unless_known(RuleError(refusal->reason, refusal->text, refusal->violations));
    }
    const NewFacts& facts = std::get<NewFacts>(*decision);
    if (steps.before_append) {
        if (absl::Status status = steps.before_append(facts); !status.ok()) return status;
    }
    absl::StatusOr<Answer> answer = AppendFacts(key, {*std::move(query), LastConsidered(batch->end)}, facts);
    if (answer.ok() && steps.after_append) steps.after_append(facts);
    return answer;
}

absl::StatusOr<Answer> Shell::AppendFacts(const CommandKey& key, const Condition& condition,
                                          const NewFacts& facts) const {
    absl::StatusOr<Appended> appended = log_.Append(key, condition, EventsOf(facts));
    if (!appended.ok()) return appended.status();
    return AnswerOf(*std::move(appended));
}

std::vector<NewEvent> Shell::EventsOf(const NewFacts& facts) const {
    const std::int64_t now_ms = ToMicros(clock_.Now()) / 1'000;
    const Uuid correlation = RandomUuid();
    std::vector<NewEvent> events;
    for (const NewFact& fact : facts) {
        NewEvent event;
        event.id = EventId{TimeOrderedUuid(now_ms)};
        event.subject = SubjectId{ParseUuid(fact.subject_id).value_or(Uuid{})};
        event.type = TypeOf(fact.fact);
        event.tags = fact.tags;
        event.body = fact.fact.SerializeAsString();
        event.correlation = correlation;
        if (fact.puts_right) event.causation = fact.puts_right->uuid;
        events.push_back(std::move(event));
    }
    return events;
}

Answer Shell::AnswerOf(Appended appended) const {
    return {std::move(appended.headers), EncodeConsistencyToken(log_.StoreId(), Next(appended.last)),
            appended.repeated};
}

}  // namespace throughline
