// The column families of the log, by name.
#pragma once

#include <string>
#include <vector>

#include "eventstore/disk/rocks.h"

namespace throughline {

/// The open database of a log. What each family holds is in docs/storage-format.md.
struct LogFamilies {
    Rocks rocks;

    [[nodiscard]] static std::vector<std::string> Names() {
        return {"default", "frames", "bodies", "postings", "commands"};
    }

    [[nodiscard]] rocksdb::DB& db() const { return *rocks.db; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* meta() const { return rocks.families[0]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* frames() const { return rocks.families[1]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* bodies() const { return rocks.families[2]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* postings() const { return rocks.families[3]; }
    [[nodiscard]] rocksdb::ColumnFamilyHandle* commands() const { return rocks.families[4]; }
};

}  // namespace throughline
