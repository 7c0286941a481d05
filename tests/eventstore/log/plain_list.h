// The log as a plain list of records: what every log has to answer, worked out by looking at each of them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "eventstore/log/record_log.h"

namespace throughline::testing {

/// A record that the list holds.
struct PlainRecord {
    std::string type;
    std::set<std::string> tags;
    std::string subject;  ///< 16 bytes.
    std::string header;   ///< As it was appended: what is stored begins with it.
    std::string body;     ///< Empty once it was deleted.
};

/// What an append has to be answered with.
struct PlainAnswer {
    std::string reason;                      ///< Of the refusal; empty where there is none.
    std::optional<std::uint64_t> failed_at;  ///< The position that the refusal has to name.
    AppendOutcome outcome;
};

class PlainList {
  public:
    /// What an append would be answered with now.
    [[nodiscard]] PlainAnswer AnswerTo(const SealedAppend& append) const;

    /// Adds the events, or not, as record_log.h says.
    PlainAnswer Append(const SealedAppend& append);

    /// Everything that matches, in the order of reading, without a look at the options that bound a batch.
    [[nodiscard]] std::vector<std::uint64_t> Matching(const ReadOptions& options) const;

    /// The first position from `from` on that matches.
    [[nodiscard]] std::optional<std::uint64_t> FirstMatch(const Query& query, std::uint64_t from) const;

    /// Empties the bodies of a subject; how many there were.
    std::uint64_t DeleteBodies(SubjectId subject);

    [[nodiscard]] std::uint64_t size() const { return records_.size(); }
    [[nodiscard]] const PlainRecord& at(std::uint64_t position) const { return records_.at(position); }
    [[nodiscard]] const std::map<std::string, StoredCommand>& commands() const { return commands_; }

  private:
    std::vector<PlainRecord> records_;
    std::map<std::string, StoredCommand> commands_;
    std::set<std::string> erased_;
};

/// Whether a record matches a query.
[[nodiscard]] bool IsMatch(const Query& query, const PlainRecord& record);

/// The record that an event is to become.
[[nodiscard]] PlainRecord ToPlainRecord(const SealedEvent& event);

/// The position that a refusal's text names as the first that failed the condition.
[[nodiscard]] std::optional<std::uint64_t> NamedFailure(const absl::Status& refused);

}  // namespace throughline::testing
