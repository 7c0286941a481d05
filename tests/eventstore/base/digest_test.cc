// Hashes agree with the published answers, with another library, and with themselves in pieces.
#include "eventstore/base/digest.h"

#include <gtest/gtest.h>
#include <sodium.h>

namespace throughline {
namespace {

std::string Hex(std::string_view bytes) {
    std::string text(2 * bytes.size() + 1, '\0');
    sodium_bin2hex(text.data(), text.size(), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    text.pop_back();
    return text;
}

std::string Bytes(std::size_t size) {
    std::string bytes(size, '\0');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + size);
    return bytes;
}

// Source: FIPS 180-4 examples; RFC 4231 test cases 2 and 6 (a key longer than a block).
TEST(DigestTest, AgreesWithThePublishedAnswers) {
    EXPECT_EQ(Hex(Sha256("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(Hex(AsText(Sha256Of("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(Hex(HmacSha256("Jefe", "what do ya want for nothing?")),
              "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    EXPECT_EQ(Hex(HmacSha256(std::string(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First")),
              "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

TEST(DigestTest, AgreesWithAnotherLibraryAtEveryLength) {
    for (std::size_t size = 0; size < 300; ++size) {
        const std::string data = Bytes(size);
        Sha256Digest other;
        crypto_hash_sha256(other.data(), reinterpret_cast<const unsigned char*>(data.data()), data.size());
        EXPECT_EQ(Sha256Of(data), other) << size;
        EXPECT_EQ(Sha256(data), AsText(other)) << size;
    }
}

TEST(DigestTest, KeysPartsAsTheWhole) {
    const std::string data = Bytes(200);
    for (const std::size_t key_size : {0U, 1U, 32U, 63U, 64U, 65U, 100U}) {
        const std::string key = Bytes(key_size);
        crypto_auth_hmacsha256_state state;
        crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
        crypto_auth_hmacsha256_update(&state, reinterpret_cast<const unsigned char*>(data.data()), data.size());
        Sha256Digest other;
        crypto_auth_hmacsha256_final(&state, other.data());
        Sha256Digest parts;
        const std::string_view view = data;
        HmacSha256({reinterpret_cast<const std::uint8_t*>(key.data()), key.size()},
                   {view.substr(0, 1), "", view.substr(1, 70), view.substr(71)}, parts);
        EXPECT_EQ(parts, other) << key_size;
        EXPECT_EQ(HmacSha256(key, data), AsText(other)) << key_size;
    }
}

}  // namespace
}  // namespace throughline
