// The text of a key is read to the letter, and a key's signature is one over exactly this text.
#include "eventstore/ledger/note_key.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/seed_signer.h"
#include "eventstore/ledger/strict_base64.h"
#include "tests/eventstore/ledger/any_note.h"
#include "tests/eventstore/ledger/vectors.h"

namespace throughline {
namespace {

using testing::AnyBytes;
using testing::AnyName;
using testing::ArrayOf;
using testing::Unhex;
using testing::Vectors;

std::string KnownText() {
    return Vectors()["checkpoint"]["public_key"].get<std::string>();
}

TEST(NoteKeyTest, ReadsAndWritesTheKnownKey) {
    const auto vectors = Vectors();
    const auto key = ParseNoteKey(KnownText());
    ASSERT_TRUE(key.ok()) << key.status();
    EXPECT_EQ(key->name, vectors["checkpoint"]["origin"].get<std::string>());
    EXPECT_EQ(NoteKeyId(*key), 0xC197F648U);
    EXPECT_EQ(FormatNoteKey(*key), KnownText());
}

TEST(NoteKeyTest, IsTheKeyOfTheKnownSeed) {
    const auto known = Vectors()["checkpoint"];
    const auto seed = ArrayOf<kSignerSeedBytes>(Unhex(known["ed25519_seed_hex"].get<std::string>()));
    const auto signer = SeedSigner::Create(known["origin"].get<std::string>(), seed);
    ASSERT_TRUE(signer.ok()) << signer.status();
    EXPECT_EQ(FormatNoteKey({(*signer)->name(), (*signer)->public_key()}), KnownText());
}

TEST(NoteKeyTest, RefusesEveryOtherText) {
    const std::string known = KnownText();
    std::string wrong_case = known;
    wrong_case.replace(known.find("c197"), 1, "C");
    const std::string other_kind = Vectors()["witness"]["public_key_type_04"].get<std::string>();
    const std::string texts[] = {"",
                                 "+",
                                 "++",
                                 "name",
                                 "name+c197f648",
                                 known + "\n",
                                 " " + known,
                                 known.substr(1),
                                 known.substr(0, known.size() - 1),
                                 known + "=",
                                 known.substr(known.find('+')),
                                 wrong_case,
                                 other_kind,
                                 std::string(256, 'n') + known.substr(known.find('+')),
                                 std::string(1'000'000, '+')};
    for (const std::string& text : texts) {
        const auto key = ParseNoteKey(text);
        EXPECT_EQ(key.status().code(), absl::StatusCode::kInvalidArgument) << text;
        EXPECT_EQ(ReasonOf(key.status()), "NOTE_KEY_MALFORMED");
    }
}

TEST(NoteKeyTest, AChangedByteIsSeen) {
    const std::string known = KnownText();
    for (std::size_t i = 0; i < known.size(); ++i) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = known;
            changed[i] = static_cast<char>(changed[i] ^ 1 << bit);
            EXPECT_FALSE(ParseNoteKey(changed).ok()) << changed;
        }
    }
}

RC_GTEST_PROP(NoteKeyTest, ReadsBackWhatItWrote, ()) {
    const NoteKey key{*AnyName(), ArrayOf<kNotePublicKeyBytes>(*AnyBytes(kNotePublicKeyBytes))};
    const auto read = ParseNoteKey(FormatNoteKey(key));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == key);
}

TEST(NoteKeyTest, RefusesNamesThatDoNotFitANote) {
    const std::array<std::uint8_t, kSignerSeedBytes> seed{};
    for (const std::string& name : {std::string(), std::string("a b"), std::string("a+b"), std::string(256, 'a')}) {
        const auto signer = SeedSigner::Create(name, seed);
        EXPECT_EQ(signer.status().code(), absl::StatusCode::kInvalidArgument);
        EXPECT_EQ(ReasonOf(signer.status()), "NOTE_NAME");
    }
}

TEST(NoteKeyTest, VerifiesItsSignatureOverThisTextAlone) {
    const auto signer = SeedSigner::Create("a", std::array<std::uint8_t, kSignerSeedBytes>{1});
    const auto other = SeedSigner::Create("a", std::array<std::uint8_t, kSignerSeedBytes>{2});
    ASSERT_TRUE(signer.ok() && other.ok());
    const NoteKey key{"a", (*signer)->public_key()};
    const auto bytes = (*signer)->Sign("text\n");
    const std::string signature(bytes.begin(), bytes.end());
    EXPECT_TRUE(VerifySignature(key, "text\n", signature));
    EXPECT_FALSE(VerifySignature(key, "text", signature));
    EXPECT_FALSE(VerifySignature(key, "", signature));
    EXPECT_FALSE(VerifySignature({"a", (*other)->public_key()}, "text\n", signature));
    EXPECT_FALSE(VerifySignature(key, "text\n", signature.substr(1)));
    EXPECT_FALSE(VerifySignature(key, "text\n", signature + "x"));
    EXPECT_FALSE(VerifySignature(key, "text\n", ""));
    // A key of all zeros has a small order: it would accept forgeries.
    EXPECT_FALSE(VerifySignature({"a", {}}, "text\n", std::string(64, '\0')));
    for (std::size_t i = 0; i < signature.size(); ++i) {
        std::string changed = signature;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        EXPECT_FALSE(VerifySignature(key, "text\n", changed)) << i;
    }
}

}  // namespace
}  // namespace throughline
