// Known answers, which two independent programs agree on: vectors/tlog.json.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <sodium.h>
#include <nlohmann/json.hpp>

#include "eventstore/ledger/merkle_hash.h"

namespace throughline::testing {

inline nlohmann::json Vectors() {
    std::ifstream file(LEDGER_VECTORS "/tlog.json");
    EXPECT_TRUE(file.is_open());
    return nlohmann::json::parse(file);
}

inline std::string Unhex(std::string_view hex) {
    std::string bytes(hex.size() / 2, '\0');
    EXPECT_EQ(sodium_hex2bin(reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), hex.data(), hex.size(),
                             nullptr, nullptr, nullptr),
              0);
    return bytes;
}

template <std::size_t kSize>
std::array<std::uint8_t, kSize> ArrayOf(std::string_view bytes) {
    EXPECT_EQ(bytes.size(), kSize);
    std::array<std::uint8_t, kSize> array{};
    std::copy_n(bytes.begin(), std::min(bytes.size(), kSize), array.begin());
    return array;
}

inline TreeHash HashOf(const nlohmann::json& hex) {
    return ArrayOf<kTreeHashBytes>(Unhex(hex.get<std::string>()));
}

}  // namespace throughline::testing
