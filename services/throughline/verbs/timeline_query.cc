// Pages joined, and the ways to write a day.
#include "services/throughline/verbs/timeline_query.h"

#include <chrono>

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>
#include <google/protobuf/util/time_util.h>

#include "services/throughline/play/story.h"
#include "throughline/views/v1/chronology_service.grpc.pb.h"

namespace throughline {
namespace {

using google::protobuf::util::TimeUtil;

constexpr int kEntriesMax = 50'000;
constexpr int kPageEntries = 500;
constexpr std::size_t kDateLetters = 10;

using Stub = views::v1::ChronologyService::Stub;
using views::v1::GetChronologyRequest;
using views::v1::GetChronologyResponse;

void SetAsKnownAt(GetChronologyRequest& request, Instant at) {
    *request.mutable_as_known_at() = TimeUtil::MicrosecondsToTimestamp(ToMicros(at));
}

absl::StatusOr<GetChronologyResponse> AllPages(Stub& stub, const Connection& connection,
                                               const ConnectionSettings& settings, GetChronologyRequest request) {
    GetChronologyResponse all;
    do {
        GetChronologyResponse page;
        const auto call = connection.NewCall();
        if (const grpc::Status status = stub.GetChronology(call.get(), request, &page); !status.ok()) {
            return CallFailed(status, settings);
        }
        all.mutable_entries()->MergeFrom(page.entries());
        all.set_synthetic(page.synthetic());
        all.set_consistency_token(page.consistency_token());
        request.set_page_token(page.next_page_token());
        if (all.entries_size() > kEntriesMax) {
            return absl::ResourceExhaustedError(fmt::format("the chronology has more than {} entries", kEntriesMax));
        }
    } while (!request.page_token().empty());
    return all;
}

/// The same wall-clock time one day on, in Europe/London: a day there has 23, 24 or 25 hours.
Instant ADayLater(Instant start) {
    const date::zoned_time<std::chrono::microseconds> zoned("Europe/London", start);
    return date::make_zoned("Europe/London", zoned.get_local_time() + date::days{1}).get_sys_time();
}

}  // namespace

absl::StatusOr<AsKnownOn> ParseAsKnownOn(const std::string& text) {
    if (text.find('T') != std::string::npos) {
        google::protobuf::Timestamp at;
        if (TimeUtil::FromString(text, &at)) {
            const Instant instant = FromMicros(TimeUtil::TimestampToMicroseconds(at));
            return AsKnownOn{instant, instant};
        }
    } else if (const absl::StatusOr<Instant> start = ParseLondonTime(text); start.ok()) {
        const Instant end = text.size() == kDateLetters ? ADayLater(*start) : *start + std::chrono::minutes(1);
        return AsKnownOn{*start, end - std::chrono::microseconds(1)};
    }
    return absl::InvalidArgumentError(
        fmt::format("\"{}\" is no day; write 2026-03-12, \"2026-03-12 15:30\" or 2026-03-12T15:30:00Z", text));
}

absl::StatusOr<views::v1::GetChronologyResponse> AskForTimeline(const Connection& connection,
                                                                const ConnectionSettings& settings,
                                                                TimelineQuery query) {
    const auto stub = views::v1::ChronologyService::NewStub(connection.channel());
    if (query.pupil_id.empty()) {
        views::v1::FindPupilRequest find;
        find.set_upn(query.upn);
        views::v1::FindPupilResponse found;
        const auto call = connection.NewCall();
        if (const grpc::Status status = stub->FindPupil(call.get(), find, &found); !status.ok()) {
            return CallFailed(status, settings);
        }
        query.pupil_id = found.pupil_id();
    }
    GetChronologyRequest request;
    request.set_pupil_id(query.pupil_id);
    request.set_page_size(kPageEntries);
    request.set_consistency_token(query.consistency_token);
    if (!query.as_known_on) return AllPages(*stub, connection, settings, request);
    SetAsKnownAt(request, query.as_known_on->end);
    absl::StatusOr<GetChronologyResponse> all = AllPages(*stub, connection, settings, request);
    if (all.ok() || all.status().code() != absl::StatusCode::kInvalidArgument) return all;
    // The store's clock alone says whether the day has begun: where its start has passed, its end is still to come.
    GetChronologyRequest start = request;
    SetAsKnownAt(start, query.as_known_on->start);
    start.set_page_size(1);
    GetChronologyResponse begun;
    const auto call = connection.NewCall();
    if (!stub->GetChronology(call.get(), start, &begun).ok()) return all;
    request.clear_as_known_at();
    return AllPages(*stub, connection, settings, request);
}

}  // namespace throughline
