// What stands in the key store's folder besides the rows of the vault.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <string_view>
#include <system_error>

namespace throughline::key_store_folder {

/// Whether the folder holds a database, finished or not.
[[nodiscard]] inline bool HoldsDatabase(const std::string& path) {
    std::error_code error;
    return std::filesystem::exists(path + "/CURRENT", error);
}

[[nodiscard]] inline std::string WitnessPath(const std::string& path) {
    return path + "/WITNESS";
}

/// Row in which the database counts its writes: sorts behind every row of the vault, and is no row of its caller's.
inline constexpr std::string_view kWritesRow = "~writes";

[[nodiscard]] inline std::string EncodeWrites(std::uint64_t writes) {
    return std::to_string(writes);
}

[[nodiscard]] inline std::uint64_t DecodeWrites(const std::string& row) {
    return row.empty() ? 0 : std::strtoull(row.c_str(), nullptr, 10);
}

}  // namespace throughline::key_store_folder
