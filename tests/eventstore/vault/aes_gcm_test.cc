// Both libraries give the same bytes, and the published ones; neither opens what was changed.
#include "eventstore/vault/aes_gcm.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sodium.h>

namespace throughline {
namespace {

using Bytes = std::vector<std::uint8_t>;

Bytes Unhex(std::string_view hex) {
    Bytes bytes(hex.size() / 2);
    EXPECT_EQ(sodium_hex2bin(bytes.data(), bytes.size(), hex.data(), hex.size(), nullptr, nullptr, nullptr), 0);
    return bytes;
}

struct Sealed {
    Bytes text;
    std::array<std::uint8_t, kGcmTagBytes> tag{};

    bool operator==(const Sealed&) const = default;
};

struct Message {
    Bytes key = Bytes(kKeyBytes, 3);
    Bytes nonce = Bytes(kGcmNonceBytes, 5);
    std::string associated;
    Bytes text;

    [[nodiscard]] Sealed Encrypt(GcmLibrary library) const {
        Sealed sealed{text, {}};
        GcmEncrypt(library, KeyView(key), GcmNonce(nonce), associated, sealed.text, sealed.tag);
        return sealed;
    }
    [[nodiscard]] bool Opens(GcmLibrary library, const Sealed& sealed) const {
        Bytes out(sealed.text.size());
        if (!GcmDecrypt(library, KeyView(key), GcmNonce(nonce), associated, sealed.text, sealed.tag, out)) return false;
        EXPECT_EQ(out, text);
        return true;
    }
};

std::vector<GcmLibrary> Libraries() {
    std::vector<GcmLibrary> libraries{GcmLibrary::kOpenSsl};
    if (SodiumHasGcm()) libraries.push_back(GcmLibrary::kSodium);
    return libraries;
}

// Source: McGrew and Viega, The Galois/Counter Mode of Operation, appendix B, test case 16.
TEST(AesGcmTest, AgreesWithThePublishedAnswer) {
    Message message;
    message.key = Unhex("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308");
    message.nonce = Unhex("cafebabefacedbaddecaf888");
    const Bytes associated = Unhex("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    message.associated.assign(associated.begin(), associated.end());
    message.text = Unhex(
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de6"
        "57ba637b39");
    const Bytes encrypted = Unhex(
        "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a"
        "0abcc9f662");
    const Bytes tag = Unhex("76fc6ece0f4e1768cddf8853bb2d551b");
    for (const GcmLibrary library : Libraries()) {
        const Sealed sealed = message.Encrypt(library);
        EXPECT_EQ(sealed.text, encrypted);
        EXPECT_EQ(Bytes(sealed.tag.begin(), sealed.tag.end()), tag);
        EXPECT_TRUE(message.Opens(library, sealed));
    }
}

TEST(AesGcmTest, BothLibrariesGiveTheSameBytesAtEveryLength) {
    for (std::size_t size = 1; size < 3'000; size += size < 300 ? 1 : 61) {
        Message message;
        message.associated.assign(size % 200, 'a');
        for (std::size_t i = 0; i < size; ++i) message.text.push_back(static_cast<std::uint8_t>(i * 13));
        const Sealed first = message.Encrypt(Libraries().front());
        EXPECT_NE(first.text, message.text);
        for (const GcmLibrary library : Libraries()) {
            EXPECT_EQ(message.Encrypt(library), first) << size;
            EXPECT_TRUE(message.Opens(library, first)) << size;
        }
    }
}

TEST(AesGcmTest, OpensNothingThatWasChanged) {
    for (const GcmLibrary library : Libraries()) {
        Message message;
        message.associated = "associated";
        message.text = Bytes(100, 'x');
        const Sealed sealed = message.Encrypt(library);
        Sealed changed = sealed;
        changed.text[99] ^= 1;
        EXPECT_FALSE(message.Opens(library, changed));
        changed = sealed;
        changed.tag[15] ^= 1;
        EXPECT_FALSE(message.Opens(library, changed));
        Message other = message;
        other.key[31] ^= 1;
        EXPECT_FALSE(other.Opens(library, sealed));
        other = message;
        other.nonce[11] ^= 1;
        EXPECT_FALSE(other.Opens(library, sealed));
        other = message;
        other.associated += 'x';
        EXPECT_FALSE(other.Opens(library, sealed));
    }
}

TEST(AesGcmTest, TakesTheLibraryThatRunsHere) {
    EXPECT_EQ(FasterGcm(100'000), GcmLibrary::kOpenSsl);
    EXPECT_EQ(FasterGcm(300), SodiumHasGcm() ? GcmLibrary::kSodium : GcmLibrary::kOpenSsl);
}

}  // namespace
}  // namespace throughline
