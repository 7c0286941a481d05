// An append is read straight from its bytes where these are as protobuf writes them, which takes a third of the time
// that a message takes; else a message is made, written again, and that is read.
#include "eventstore/server/requests.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "eventstore/base/limits.h"
#include "eventstore/base/status_details.h"
#include "eventstore/server/canonical_fields.h"
#include "eventstore/server/request_bytes.h"
#include "eventstore/store/append_request_checks.h"

namespace throughline {
namespace {

using Texts = CanonicalFields::Texts;

constexpr std::string_view kAppendMethod = "throughline.eventstore.v1.EventLogService/Append\n";

Uuid UuidOrNil(std::string_view text) {
    return ParseUuid(text).value_or(Uuid{});
}

/// Fills an AppendInput from the bytes of an AppendRequest.
class AppendReader {
  public:
    AppendReader(AppendInput& into, std::int64_t unix_ms, Texts texts)
        : into_(into), unix_ms_(unix_ms), texts_(texts) {}

    /// False where the bytes are not canonical; what was filled in means nothing then.
    [[nodiscard]] bool Read(std::string_view bytes) {
        CanonicalFields fields(bytes, texts_);
        into_.command = {UuidOrNil(fields.Text(1))};
        if (const auto condition = fields.Next(2)) ReadCondition(*condition);
        while (const auto event = fields.Next(3)) {
            if (into_.events.size() <= limits::kEventsPerAppendMax) ReadEvent(*event);
        }
        Close(fields);
        return canonical_;
    }

    /// The events whose correlation id is no UUID.
    [[nodiscard]] const std::vector<std::size_t>& bad_correlations() const { return bad_correlations_; }

  private:
    void ReadCondition(std::string_view bytes) {
        CanonicalFields fields(bytes, texts_);
        Condition& condition = into_.condition.emplace();
        if (const auto query = fields.Next(1)) ReadQueryItems(*query, condition.query);
        if (const auto after = fields.NextNumber(2)) condition.after = Position{*after};
        Close(fields);
    }

    void ReadQueryItems(std::string_view bytes, Query& query) {
        CanonicalFields fields(bytes, texts_);
        while (const auto item = fields.Next(1)) {
            if (query.items.size() > limits::kQueryItemsMax) continue;
            CanonicalFields item_fields(*item, texts_);
            QueryItem& added = query.items.emplace_back();
            ReadTexts(item_fields, 1, limits::kTypesPerItemMax, added.types);
            ReadTexts(item_fields, 2, limits::kTagsPerItemMax, added.tags);
            Close(item_fields);
        }
        Close(fields);
    }

    void ReadEvent(std::string_view bytes) {
        CanonicalFields fields(bytes, texts_);
        NewEvent& event = into_.events.emplace_back();
        const std::string_view id = fields.Text(1);
        event.id = {id.empty() ? TimeOrderedUuid(unix_ms_) : UuidOrNil(id)};
        event.type = fields.Text(2);
        ReadTexts(fields, 3, limits::kTagsPerEventMax, event.tags);
        event.subject = {UuidOrNil(fields.Text(4))};
        event.body = fields.Bytes(5);
        const std::uint64_t version = fields.Number(6);
        event.schema_version = std::max(static_cast<std::uint32_t>(version), 1U);
        // Protobuf would cut it short.
        canonical_ = canonical_ && version <= std::numeric_limits<std::uint32_t>::max();
        const std::string_view correlation = fields.Text(7);
        event.correlation = UuidOrNil(correlation);
        if (!correlation.empty() && event.correlation == Uuid{}) bad_correlations_.push_back(into_.events.size() - 1);
        const std::string_view causation = fields.Text(8);
        if (!causation.empty()) event.causation = UuidOrNil(causation);
        Close(fields);
    }

    static void ReadTexts(CanonicalFields& fields, std::uint32_t field, std::size_t count_max,
                          std::vector<std::string>& into) {
        while (const auto text = fields.NextText(field)) {
            if (into.size() <= count_max) into.emplace_back(*text);
        }
    }

    void Close(const CanonicalFields& fields) { canonical_ = canonical_ && fields.AtEnd(); }

    AppendInput& into_;
    const std::int64_t unix_ms_;
    const Texts texts_;
    bool canonical_ = true;
    std::vector<std::size_t> bad_correlations_;
};

/// Every bad field, those that the store finds and the correlation ids of these events.
absl::Status BadCorrelations(const AppendInput& input, const std::vector<std::size_t>& events) {
    std::vector<FieldViolation> bad =
        FieldViolationsOf(CheckAppendRequest({{}, input.command, {}}, input.condition, input.events));
    for (const std::size_t event : events) {
        bad.push_back({fmt::format("events[{}].correlation_id", event), "must be a UUID of 36 characters, or empty"});
    }
    return BadRequestError(bad);
}

absl::StatusOr<AppendInput> Answer(AppendInput input, const AppendReader& reader) {
    if (!reader.bad_correlations().empty()) return BadCorrelations(input, reader.bad_correlations());
    return input;
}

/// Of bytes that are not canonical.
absl::StatusOr<AppendInput> ReadThroughMessage(std::string_view bytes, std::int64_t unix_ms) {
    eventstore::v1::AppendRequest request;
    if (!request.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return RequestUnreadableError();
    AppendInput input;
    input.canonical = kAppendMethod;
    request.AppendToString(&input.canonical);
    // They make it another request, and are not read.
    request.DiscardUnknownFields();
    AppendReader reader(input, unix_ms, Texts::kKnownToBeUtf8);
    if (!reader.Read(request.SerializeAsString())) return RequestUnreadableError();
    return Answer(std::move(input), reader);
}

std::vector<std::string> SomeTexts(const google::protobuf::RepeatedPtrField<std::string>& texts,
                                   std::size_t count_max) {
    return {texts.begin(), texts.begin() + std::min(texts.size(), static_cast<int>(count_max) + 1)};
}

}  // namespace

absl::StatusOr<AppendInput> ReadAppend(const grpc::ByteBuffer& bytes, std::int64_t unix_ms) {
    std::string canonical;
    if (absl::Status copied = AppendTo(canonical, kAppendMethod, bytes); !copied.ok()) return copied;
    const std::string_view request = std::string_view(canonical).substr(kAppendMethod.size());
    AppendInput input;
    AppendReader reader(input, unix_ms, Texts::kAscii);
    if (!reader.Read(request)) return ReadThroughMessage(request, unix_ms);
    input.canonical = std::move(canonical);
    return Answer(std::move(input), reader);
}

absl::StatusOr<Query> ReadQuery(const eventstore::v1::Query& query) {
    Query read;
    for (int i = 0; i < std::min(query.items_size(), static_cast<int>(limits::kQueryItemsMax) + 1); ++i) {
        read.items.push_back({SomeTexts(query.items(i).types(), limits::kTypesPerItemMax),
                              SomeTexts(query.items(i).tags(), limits::kTagsPerItemMax)});
    }
    if (absl::Status checked = CheckQueryAt("query", read); !checked.ok()) return checked;
    return read;
}

}  // namespace throughline
