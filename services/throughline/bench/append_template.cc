// The request is serialised once with a marker in each place that changes, and the markers are looked for in the bytes.
#include "services/throughline/bench/append_template.h"

#include <algorithm>
#include <limits>
#include <random>
#include <utility>

#include <fmt/format.h>

#include "throughline/eventstore/v1/event_log_service.pb.h"

namespace throughline {
namespace {

constexpr std::string_view kTagKind = "bench:";
constexpr std::size_t kVarintBytesMax = 10;

/// 36 characters that stand for the n-th thing that changes.
std::string Marker(std::size_t n) {
    return fmt::format("{:036}", n);
}

/// The same in every run, and nothing that compresses.
std::string Body(std::size_t bytes) {
    std::mt19937 random(7);
    std::string body(bytes, '\0');
    for (char& c : body) c = static_cast<char>(random());
    return body;
}

/// Offsets of markers in bytes that hold them in a known order.
class Markers {
  public:
    explicit Markers(const std::string& bytes) : bytes_(bytes) {}

    std::size_t Next(std::size_t marker) {
        const std::size_t found = bytes_.find(Marker(marker), from_);
        from_ = found + UuidSource::kTextBytes;
        return found;
    }

  private:
    const std::string& bytes_;
    std::size_t from_ = 0;
};

}  // namespace

AppendTemplate::AppendTemplate(const AppendShape& shape, std::vector<std::string> subjects, std::size_t first_subject)
    : spread_(shape.spread), subjects_(std::move(subjects)), next_subject_(first_subject) {
    const std::size_t own = shape.one_tag ? shape.tags : shape.tags * shape.facts;
    // Markers: the tags, then the subject, the command, and each event.
    const std::size_t subject = own;
    const std::size_t command = own + 1;
    const auto event_marker = [&](std::size_t i) { return own + 2 + i; };
    const auto tag_of = [&](std::size_t fact, std::size_t i) { return (shape.one_tag ? 0 : fact * shape.tags) + i; };

    eventstore::v1::AppendRequest request;
    request.set_command_id(Marker(command));
    if (shape.condition != BenchCondition::kNone) {
        eventstore::v1::QueryItem& item = *request.mutable_condition()->mutable_query()->add_items();
        if (shape.condition == BenchCondition::kTag) item.add_tags(std::string(kTagKind) + Marker(0));
        if (shape.condition == BenchCondition::kAbsentType) item.add_types(std::string(kAbsentType));
        if (shape.condition == BenchCondition::kType) {
            item.add_types(shape.type);
            request.mutable_condition()->set_after(std::numeric_limits<std::uint64_t>::max());
        }
    }
    const std::string body = Body(shape.bytes);
    for (std::size_t fact = 0; fact < shape.facts; ++fact) {
        eventstore::v1::NewEvent& event = *request.add_events();
        event.set_event_id(Marker(event_marker(fact)));
        event.set_type(shape.type);
        for (std::size_t i = 0; i < shape.tags; ++i) event.add_tags(std::string(kTagKind) + Marker(tag_of(fact, i)));
        event.set_subject_id(Marker(subject));
        event.set_body(body);
    }
    bytes_ = request.SerializeAsString();

    Markers markers(bytes_);
    tags_.resize(own);
    command_ = markers.Next(command);
    if (shape.condition == BenchCondition::kTag) tags_[0].push_back(markers.Next(0));
    if (shape.condition == BenchCondition::kType) {
        // The largest number takes all the bytes that a varint may have.
        after_ = bytes_.find(std::string(kVarintBytesMax - 1, '\xff') + '\x01');
    }
    for (std::size_t fact = 0; fact < shape.facts; ++fact) {
        events_.push_back(markers.Next(event_marker(fact)));
        for (std::size_t i = 0; i < shape.tags; ++i) {
            tags_[tag_of(fact, i)].push_back(markers.Next(tag_of(fact, i)));
        }
        subject_places_.push_back(markers.Next(subject));
    }
}

std::string_view AppendTemplate::Next(UuidSource& ids, std::int64_t unix_ms, std::uint64_t spread_from) {
    ids.WriteTimeOrdered(unix_ms, bytes_.data() + command_);
    for (const std::size_t place : events_) ids.WriteTimeOrdered(unix_ms, bytes_.data() + place);
    for (const std::vector<std::size_t>& places : tags_) {
        char* first = bytes_.data() + places.front();
        if (spread_ == 0) {
            ids.WriteRandom(first);
        } else {
            UuidSource::WriteNumbered(spread_from++ % spread_, first);
        }
        for (std::size_t i = 1; i < places.size(); ++i) {
            std::copy_n(first, UuidSource::kTextBytes, bytes_.data() + places[i]);
        }
    }
    const std::string& subject = subjects_[next_subject_++ % subjects_.size()];
    for (const std::size_t place : subject_places_) std::copy(subject.begin(), subject.end(), bytes_.data() + place);
    return bytes_;
}

void AppendTemplate::SetAfter(Position position) {
    if (!after_) return;
    // A varint may be longer than it needs to be, so that every position fits into the same place.
    std::uint64_t rest = ToUint64(position);
    for (std::size_t i = 0; i < kVarintBytesMax; ++i, rest >>= 7U) {
        const bool more = i + 1 < kVarintBytesMax;
        bytes_[*after_ + i] = static_cast<char>((rest & 0x7FU) | (more ? 0x80U : 0U));
    }
}

std::string SpreadTag(std::uint64_t number) {
    std::string tag(kTagKind);
    tag.resize(kTagKind.size() + UuidSource::kTextBytes);
    UuidSource::WriteNumbered(number, tag.data() + kTagKind.size());
    return tag;
}

}  // namespace throughline
