// Step by step: fill the request, call, compare with what the story tells, keep what later steps need.
#include "services/throughline/play/player.h"

#include <fmt/format.h>
#include <google/protobuf/descriptor.h>
#include <google/protobuf/util/time_util.h>

#include <map>
#include <utility>

#include "services/throughline/play/command_id.h"
#include "services/throughline/play/expectation.h"
#include "services/throughline/play/generic_client.h"
#include "services/throughline/play/request_from_yaml.h"
#include "throughline/eventstore/v1/clock_service.pb.h"
#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {
namespace {

absl::Status AtStep(const Step& step, absl::StatusCode code, const std::string& text) {
    return {code, fmt::format("step {} (line {}): {}", step.number, step.line, text)};
}

// A rule or the caller's rights said no; anything else is a failure of the machinery, and the story stops.
bool IsRefusal(const absl::Status& status) {
    switch (status.code()) {
        case absl::StatusCode::kFailedPrecondition:
        case absl::StatusCode::kInvalidArgument:
        case absl::StatusCode::kNotFound:
        case absl::StatusCode::kAlreadyExists:
        case absl::StatusCode::kPermissionDenied:
        case absl::StatusCode::kUnauthenticated:
            return true;
        default:
            return false;
    }
}

class Player {
  public:
    Player(const Story& story, const PlayOptions& options, std::ostream& out)
        : story_(story),
          options_(options),
          client_(options.channel, options.deadline),
          telling_(story, options.quiet, out) {}

    absl::StatusOr<Tally> Play() {
        absl::StatusOr<eventstore::v1::GetHeadResponse> head = Head();
        if (!head.ok()) return head.status();
        if (!head->synthetic()) {
            return absl::FailedPreconditionError(
                "stories are told to synthetic stores only, and this one is not: make one with init --synthetic");
        }
        const absl::StatusOr<Instant> now = StoreTime();
        if (!now.ok()) return now.status();
        clock_at_start_ = *now;
        store_id_ = head->store_id();
        tally_.records_before = head->records();
        telling_.Begin(store_id_);
        for (const Step& step : story_.steps) {
            const auto* clock = std::get_if<ClockStep>(&step.what);
            const absl::Status status =
                clock != nullptr ? MoveClock(step, *clock) : Perform(step, std::get<CallStep>(step.what));
            if (!status.ok()) return status;
        }
        head = Head();
        if (!head.ok()) return head.status();
        tally_.records_after = head->records();
        telling_.End(tally_);
        return tally_;
    }

  private:
    absl::StatusOr<std::string> TokenOf(const std::string& key, const Identity& actor) {
        const auto known = tokens_.find(key);
        if (known != tokens_.end()) return known->second;
        absl::StatusOr<std::string> token = options_.issue_token(actor);
        if (token.ok()) tokens_.emplace(key, *token);
        return token;
    }

    absl::StatusOr<std::string> ClockKeeperToken() {
        Identity keeper;
        keeper.party = Party::kOperator;
        keeper.person_id = "story-clock";
        keeper.name = "Story clock";
        return TokenOf(" clock keeper", keeper);
    }

    absl::StatusOr<eventstore::v1::GetHeadResponse> Head() {
        const absl::StatusOr<std::string> token = ClockKeeperToken();
        if (!token.ok()) return token.status();
        absl::StatusOr<MethodAnswer> answer =
            client_.Call("EventLogService.GetHead", eventstore::v1::GetHeadRequest(), *token);
        if (!answer.ok()) return answer.status();
        return dynamic_cast<const eventstore::v1::GetHeadResponse&>(*answer->message);
    }

    absl::StatusOr<Instant> StoreTime() {
        const absl::StatusOr<std::string> token = ClockKeeperToken();
        if (!token.ok()) return token.status();
        const absl::StatusOr<MethodAnswer> answer =
            client_.Call("ClockService.GetClock", eventstore::v1::GetClockRequest(), *token);
        if (!answer.ok()) return answer.status();
        const auto& clock = dynamic_cast<const eventstore::v1::GetClockResponse&>(*answer->message);
        return FromMicros(google::protobuf::util::TimeUtil::TimestampToMicroseconds(clock.now()));
    }

    std::string CommandId(const std::string& label) const {
        return CommandIdOf({.title = story_.title, .version = story_.version, .store_id = store_id_, .label = label});
    }

    absl::Status MoveClock(const Step& step, const ClockStep& clock) {
        eventstore::v1::MoveClockRequest request;
        request.set_command_id(CommandId(fmt::format("clock {}", step.number)));
        *request.mutable_to() = google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(ToMicros(clock.to));
        const absl::StatusOr<std::string> token = ClockKeeperToken();
        if (!token.ok()) return token.status();
        const absl::StatusOr<MethodAnswer> answer = client_.Call("ClockService.MoveClock", request, *token);
        if (!answer.ok()) {
            return AtStep(step, answer.status().code(),
                          "the clock did not move: " + std::string(answer.status().message()));
        }
        story_time_ = clock.to;
        telling_.ClockMoves(clock.to);
        return absl::OkStatus();
    }

    // What a call came to: an answer, or a refusal; never both.
    struct Outcome {
        MethodAnswer answer;
        absl::Status refusal;
    };

    absl::StatusOr<Outcome> Ask(const Step& step, const CallStep& call) {
        auto request = GenericClient::RequestOf(call.method);
        if (!request.ok()) {
            return AtStep(step, absl::StatusCode::kInvalidArgument, std::string(request.status().message()));
        }
        const absl::Status filled = FillFromYaml(call.with, saved_, **request);
        if (!filled.ok()) return AtStep(step, filled.code(), std::string(filled.message()));
        const auto* command_id = (*request)->GetDescriptor()->FindFieldByName("command_id");
        if (command_id != nullptr) {
            (*request)->GetReflection()->SetString(request->get(), command_id, CommandId(call.label));
        }
        const absl::StatusOr<std::string> token = TokenOf(call.actor, story_.actors.at(call.actor));
        if (!token.ok()) return token.status();
        absl::StatusOr<MethodAnswer> answer = client_.Call(call.method, **request, *token);
        if (answer.ok()) return Outcome{.answer = *std::move(answer), .refusal = absl::OkStatus()};
        if (IsRefusal(answer.status())) return Outcome{.answer = {}, .refusal = answer.status()};
        return AtStep(step, answer.status().code(), std::string(answer.status().message()));
    }

    // A refusal is not remembered by the server. Asked again when the story has gone on, the rules may say yes.
    [[nodiscard]] bool ToldBefore(const CallStep& call) const {
        return call.expect.refused && tally_.repeated > 0 && clock_at_start_ > story_time_;
    }

    absl::Status Perform(const Step& step, const CallStep& call) {
        if (ToldBefore(call)) {
            tally_.refused += 1;
            tally_.passed_over += 1;
            telling_.PassedOver(step, call);
            return absl::OkStatus();
        }
        const absl::StatusOr<Outcome> outcome = Ask(step, call);
        if (!outcome.ok()) return outcome.status();
        if (!outcome->refusal.ok()) return TakeRefusal(step, call, outcome->refusal);
        if (call.expect.refused) {
            return AtStep(
                step, absl::StatusCode::kUnknown,
                fmt::format("{} was to be refused with {}, and was accepted", call.method, call.expect.reason));
        }
        tally_.accepted += 1;
        tally_.repeated += outcome->answer.repeated ? 1 : 0;
        telling_.Accepted(step, call, outcome->answer.repeated);
        return Save(step, call, *outcome->answer.message);
    }

    absl::Status TakeRefusal(const Step& step, const CallStep& call, const absl::Status& refusal) {
        const std::string difference = DifferenceFrom(call.expect, refusal);
        const bool told_before = tally_.repeated > 0;
        if (!difference.empty() && !(call.expect.refused && told_before)) {
            return AtStep(step, absl::StatusCode::kUnknown,
                          fmt::format("{} does not go as told: {} ({})", call.method, difference,
                                      std::string(refusal.message())));
        }
        tally_.refused += 1;
        telling_.Refused(step, call, refusal, !difference.empty());
        return absl::OkStatus();
    }

    absl::Status Save(const Step& step, const CallStep& call, const google::protobuf::Message& message) {
        for (const auto& [name, field_name] : call.save) {
            const auto* field = message.GetDescriptor()->FindFieldByName(field_name);
            if (field == nullptr || field->is_repeated() ||
                field->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
                return AtStep(
                    step, absl::StatusCode::kInvalidArgument,
                    fmt::format("{} has no text field '{}' to save", message.GetDescriptor()->name(), field_name));
            }
            saved_[name] = message.GetReflection()->GetString(message, field);
        }
        return absl::OkStatus();
    }

    const Story& story_;
    const PlayOptions& options_;
    GenericClient client_;
    Telling telling_;
    std::string store_id_;
    std::map<std::string, std::string> tokens_;
    References saved_;
    Tally tally_;
    Instant clock_at_start_;
    Instant story_time_;
};

}  // namespace

absl::StatusOr<Tally> PlayStory(const Story& story, const PlayOptions& options, std::ostream& out) {
    return Player(story, options, out).Play();
}

}  // namespace throughline
