// The smallest view that shows all that the runner does: what is counted, what is kept, what cannot be folded.
#pragma once

#include <atomic>

#include <fmt/format.h>
#include <google/protobuf/wrappers.pb.h>

#include "eventstore/base/tags.h"
#include "projections/runner/view.h"

namespace throughline {

/// A group a pupil. "total": facts that count; a row with the concern of each referral; a row for what was erased.
class Tally final : public View {
  public:
    explicit Tally(std::uint32_t version = 1) : version_(version) {}

    /// Until it is repaired, a concern with this text cannot be folded.
    static constexpr std::string_view kUnfoldable = "cannot be folded";
    void Repair() { repaired_ = true; }

    [[nodiscard]] std::string_view Name() const override { return "tally"; }
    [[nodiscard]] std::uint32_t Version() const override { return version_; }

    [[nodiscard]] std::optional<std::string> GroupOf(const eventstore::v1::RecordHeader& header) const override {
        const std::vector<std::string> tags(header.tags().begin(), header.tags().end());
        const auto id = FindTag(tags, "pupil");
        if (!id) return std::nullopt;
        return MakeTag("pupil", *id);
    }

    [[nodiscard]] Query QueryOf(std::string_view group) const override {
        return Query{{QueryItem{{}, {std::string(group)}}}};
    }

    [[nodiscard]] absl::Status Apply(const EffectiveFact& fact, Rows& rows) const override {
        const std::string place = fmt::format("{:08}", ToUint64(fact.position));
        google::protobuf::StringValue text;
        if (fact.standing == Standing::kErased) {
            text.set_value(fact.header.type());
            rows.Put("erased/" + place, text);
            return absl::OkStatus();
        }
        if (fact.standing == Standing::kAnnulled) return absl::OkStatus();
        auto total = rows.Get<google::protobuf::Int64Value>("total").value_or(google::protobuf::Int64Value());
        total.set_value(total.value() + 1);
        rows.Put("total", total);
        text.set_value(fact.fact->referral().raised().concern());
        if (text.value() == kUnfoldable && !repaired_) {
            return absl::DataLossError(fmt::format("position {} cannot be folded", ToUint64(fact.position)));
        }
        rows.Put("text/" + place, text);
        return absl::OkStatus();
    }

    [[nodiscard]] absl::Status ApplyStoreRecord(const Record& /*record*/, Rows& /*rows*/) const override {
        return absl::OkStatus();
    }

  private:
    const std::uint32_t version_;
    std::atomic<bool> repaired_ = false;
};

}  // namespace throughline
