// What a check of a store looked at, and what it found.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "eventstore/base/position.h"

namespace throughline {

/// The parts of a store that can be wrong by themselves, in the order in which they are told.
enum class CheckPart {
    kFiles,       ///< RocksDB's files: each block as it was written.
    kStore,       ///< The rows that say what store this is.
    kHead,        ///< The witness of the log's length.
    kRecords,     ///< Frames and headers: dense, each one readable and where it says.
    kBodies,      ///< Sealed bodies: there, and those that the headers name.
    kTree,        ///< Stored hashes against those of the headers.
    kCheckpoint,  ///< What was signed against the headers.
    kIndex,       ///< Postings against headers.
    kCommands,    ///< The index of commands against headers.
    kTypes,       ///< The numbers of types against headers.
    kKeys,        ///< The key store against headers.
};
inline constexpr std::size_t kCheckParts = 11;

/// Its word for people and programs, such as `records`.
[[nodiscard]] std::string_view NameOf(CheckPart part);

/// One thing that is wrong.
struct Finding {
    std::string where;   ///< A place: `position 4711`, a file, a row.
    std::string what;    ///< What is wrong there.
    std::string advice;  ///< What to do.
};

/// A part after the check.
struct CheckedPart {
    bool checked = false;           ///< Whether it was looked at, at least in part.
    std::string left_out;           ///< Why it was not looked at, or not at all of it.
    std::vector<Finding> findings;  ///< The first CheckReport::kKeptPerPart of them.
    std::uint64_t found = 0;        ///< All of them.
    /// What was looked at, by its name in the plural.
    std::vector<std::pair<std::string, std::uint64_t>> counts;
    std::chrono::nanoseconds time{0};  ///< 0 where it was looked at in the course of another part.
};

/// For one thread.
class CheckReport {
  public:
    static constexpr std::size_t kKeptPerPart = 100;

    /// Something is wrong. Without advice of its own the part's usual one is given.
    void Add(CheckPart part, std::string where, std::string what, std::string advice = {});
    void Count(CheckPart part, std::string_view of_what, std::uint64_t count);
    void Took(CheckPart part, std::chrono::nanoseconds time) { At(part).time += time; }
    /// The first reason is kept.
    void LeaveOut(CheckPart part, std::string why);

    [[nodiscard]] const CheckedPart& operator[](CheckPart part) const { return parts_[static_cast<std::size_t>(part)]; }
    /// Over all parts; 0 where the store is whole.
    [[nodiscard]] std::uint64_t found() const;

  private:
    CheckedPart& At(CheckPart part) { return parts_[static_cast<std::size_t>(part)]; }

    std::array<CheckedPart, kCheckParts> parts_;
};

/// `position 7`, and `positions 7 to 9`.
[[nodiscard]] std::string PlaceOf(Position position);
[[nodiscard]] std::string PlaceOf(Position first, Position last);

/// Two digits a byte.
[[nodiscard]] std::string Hex(std::string_view bytes);

/// Adds the time until it goes.
class PartTimer {
  public:
    PartTimer(CheckReport& report, CheckPart part)
        : report_(report), part_(part), start_(std::chrono::steady_clock::now()) {}
    ~PartTimer() { report_.Took(part_, std::chrono::steady_clock::now() - start_); }
    PartTimer(const PartTimer&) = delete;
    PartTimer& operator=(const PartTimer&) = delete;

  private:
    CheckReport& report_;
    const CheckPart part_;
    const std::chrono::steady_clock::time_point start_;
};

}  // namespace throughline
