// The tables in which frames stand once they left RocksDB's memory, mapped: nearly every read of a record ends here.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <rocksdb/listener.h>

#include "eventstore/base/position.h"
#include "eventstore/disk/mapped_table.h"
#include "eventstore/log/log_families.h"

namespace throughline {

/// The tables at one moment. Does not change; safe from many threads.
class FrameTableSet {
  public:
    /// Where a frame stands, if it does.
    struct Spot {
        const MappedTable* table = nullptr;  ///< None: no table that is read here has it.
        std::size_t block = 0;

        /// As MappedTable's, of this one block.
        void FetchAhead() const {
            if (table != nullptr) table->FetchAhead(block);
        }
        void LoadAhead() const {
            if (table != nullptr) table->LoadAhead(block);
        }
    };
    [[nodiscard]] Spot Find(Position frame) const;

    /// The frame's row; nothing where RocksDB must be asked. Valid as long as the set.
    [[nodiscard]] static std::optional<std::string_view> Row(const Spot& spot, Position frame);

  private:
    friend class FrameTables;

    struct Table {
        std::string name;
        Position first{};
        Position last{};  ///< Of the last frame.
        std::shared_ptr<const MappedTable> mapped;
    };
    std::vector<Table> tables_;  // In the order of their frames, which do not overlap.
    std::uint64_t files_ = 0;
};

/// Maps the tables of the log's frames as they come, and lets go of them as they go. A table whose frames another one
/// has too is left out, since only RocksDB knows which is newer; only an erasure makes such. Safe from many threads.
class FrameTables {
  public:
    FrameTables() : now_(std::make_shared<const FrameTableSet>()) {}

    /// The tables of `families` now, or those of a moment ago: frames are never changed, but by an erasure.
    [[nodiscard]] std::shared_ptr<const FrameTableSet> Now(const LogFamilies& families);

    /// Frames are about to be written anew: from here on there are none, until Resume().
    void Suspend();
    /// They are in the tables, and in nothing newer.
    void Resume();

    /// Files came or went.
    void FilesChanged();
    /// This file went: lets go of it, so that it takes no room on the disk.
    void Drop(std::string_view path);

  private:
    [[nodiscard]] std::shared_ptr<const FrameTableSet> Made(const LogFamilies& families) const;

    std::mutex mutex_;
    std::shared_ptr<const FrameTableSet> now_;
    std::uint64_t files_ = 1;  // Counts the changes.
    bool suspended_ = false;
};

/// Tells `tables` whenever files come or go.
[[nodiscard]] std::shared_ptr<rocksdb::EventListener> TellOfFiles(std::shared_ptr<FrameTables> tables);

}  // namespace throughline
