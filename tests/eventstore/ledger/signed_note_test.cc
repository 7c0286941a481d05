// A note is believed where a known key signed this very text; who else signed it does not matter.
#include "eventstore/ledger/signed_note.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "eventstore/base/status_details.h"
#include "eventstore/ledger/seed_signer.h"
#include "tests/eventstore/ledger/any_note.h"

namespace throughline {
namespace {

using testing::AnyBytes;
using testing::AnyName;
using testing::Edited;

constexpr std::string_view kDash = "\xE2\x80\x94";

std::unique_ptr<SeedSigner> Signer(const std::string& name, std::uint8_t seed) {
    auto signer = SeedSigner::Create(name, std::array<std::uint8_t, kSignerSeedBytes>{seed});
    EXPECT_TRUE(signer.ok()) << signer.status();
    return *std::move(signer);
}

NoteKey KeyOf(const CheckpointSigner& signer) {
    return {signer.name(), signer.public_key()};
}

NoteSignature SignatureOf(const CheckpointSigner& signer, std::string_view text) {
    const auto bytes = signer.Sign(text);
    return {signer.name(), NoteKeyId(KeyOf(signer)), std::string(bytes.begin(), bytes.end())};
}

void ExpectMalformed(const std::string& text) {
    const auto note = ParseSignedNote(text);
    EXPECT_EQ(note.status().code(), absl::StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(ReasonOf(note.status()), "NOTE_MALFORMED") << text;
}

TEST(SignedNoteTest, IsDividedAtItsLastEmptyLine) {
    const auto note = ParseSignedNote(fmt::format("one\n\ntwo\n\n{0} a.example AAAAAQI=\n{0} b /////wA=\n", kDash));
    ASSERT_TRUE(note.ok()) << note.status();
    EXPECT_EQ(note->text, "one\n\ntwo\n");
    ASSERT_EQ(note->signatures.size(), 2U);
    EXPECT_EQ(note->signatures[0], (NoteSignature{"a.example", 1, "\x02"}));
    EXPECT_EQ(note->signatures[1], (NoteSignature{"b", 0xFFFFFFFFU, std::string(1, '\0')}));
}

TEST(SignedNoteTest, RefusesWhatIsNotToTheLetter) {
    const std::string line = fmt::format("{} a AAAAAQI=\n", kDash);
    EXPECT_TRUE(ParseSignedNote("text\n\n" + line).ok());
    for (const std::string& text : {
             std::string(),
             std::string("\n\n"),
             std::string("text\n"),
             std::string("text\n\n"),
             "text\n" + line,
             "text\n\n" + line + "\n",
             "text\n\n" + line + "more\n",
             "text\n\n" + line.substr(0, line.size() - 1),
             "text\r\n\r\n" + line,
             "te\txt\n\n" + line,
             "te\xFFxt\n\n" + line,
             std::string("text\n\n- a AAAAAQI=\n"),
             fmt::format("text\n\n{}a AAAAAQI=\n", kDash),
             fmt::format("text\n\n{}  a AAAAAQI=\n", kDash),
             fmt::format("text\n\n {} a AAAAAQI=\n", kDash),
             fmt::format("text\n\n{} a  AAAAAQI=\n", kDash),
             fmt::format("text\n\n{} a AAAAAQI= \n", kDash),
             fmt::format("text\n\n{} a\n", kDash),
             fmt::format("text\n\n{} a \n", kDash),
             fmt::format("text\n\n{} a+b AAAAAQI=\n", kDash),
             fmt::format("text\n\n{} a\xC2\xA0 AAAAAQI=\n", kDash),
             fmt::format("text\n\n{} {} AAAAAQI=\n", kDash, std::string(256, 'a')),
             fmt::format("text\n\n{} a AAAAAQ==\n", kDash),
             fmt::format("text\n\n{} a AAAA\n", kDash),
             fmt::format("text\n\n{} a AAAAAQI\n", kDash),
             fmt::format("text\n\n{} a AAAAAQJ=\n", kDash),
         }) {
        ExpectMalformed(text);
    }
}

TEST(SignedNoteTest, KeepsItsLimits) {
    const std::string line = fmt::format("{} a AAAAAQI=\n", kDash);
    std::string lines;
    for (std::size_t i = 0; i < kNoteSignaturesMax; ++i) lines += line;
    EXPECT_TRUE(ParseSignedNote("text\n\n" + lines).ok());
    ExpectMalformed("text\n\n" + lines + line);
    const std::string end = "\n\n" + line;
    EXPECT_TRUE(ParseSignedNote(std::string(kSignedNoteBytesMax - end.size(), 't') + end).ok());
    ExpectMalformed(std::string(kSignedNoteBytesMax - end.size() + 1, 't') + end);
}

TEST(SignedNoteTest, IsBelievedWhereTheKeySignedIt) {
    const auto ours = Signer("ours", 1);
    const auto witness = Signer("witness", 2);
    const SignedNote note{"text\n", {SignatureOf(*witness, "text\n"), SignatureOf(*ours, "text\n")}};
    EXPECT_TRUE(VerifyNote(note, KeyOf(*ours)).ok());
    EXPECT_TRUE(VerifyNote(note, KeyOf(*witness)).ok());
}

TEST(SignedNoteTest, IsNotBelievedWithoutTheKey) {
    const auto ours = Signer("ours", 1);
    const NoteKey same_name = KeyOf(*Signer("ours", 2));
    const NoteKey same_key{"other", ours->public_key()};
    const SignedNote note{"text\n", {SignatureOf(*ours, "text\n")}};
    for (const NoteKey& key : {same_name, same_key}) {
        const absl::Status status = VerifyNote(note, key);
        EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
        EXPECT_EQ(ReasonOf(status), "NOTE_NOT_SIGNED");
    }
    EXPECT_EQ(ReasonOf(VerifyNote({"text\n", {}}, KeyOf(*ours))), "NOTE_NOT_SIGNED");
}

TEST(SignedNoteTest, OneFalseSignatureOfTheKeySpoilsIt) {
    const auto ours = Signer("ours", 1);
    const NoteSignature good = SignatureOf(*ours, "text\n");
    NoteSignature stolen = SignatureOf(*Signer("ours", 2), "text\n");
    stolen.key_id = good.key_id;
    for (const SignedNote& note :
         {SignedNote{"text\n", {good, stolen}}, SignedNote{"text\n", {stolen, good}}, SignedNote{"other\n", {good}}}) {
        EXPECT_EQ(ReasonOf(VerifyNote(note, KeyOf(*ours))), "NOTE_FORGED");
    }
}

SignedNote AnyNote() {
    SignedNote note{*rc::gen::map(AnyName(), [](const std::string& name) { return name + "\n\nline\n"; }), {}};
    const int signatures = *rc::gen::inRange(1, 5);
    for (int i = 0; i < signatures; ++i) {
        note.signatures.push_back(
            {*AnyName(), *rc::gen::arbitrary<std::uint32_t>(), *AnyBytes(*rc::gen::inRange<std::size_t>(1, 100))});
    }
    return note;
}

RC_GTEST_PROP(SignedNoteTest, ReadsBackWhatItWrote, ()) {
    const SignedNote note = AnyNote();
    const auto read = ParseSignedNote(FormatSignedNote(note));
    RC_ASSERT(read.ok());
    RC_ASSERT(*read == note);
}

RC_GTEST_PROP(SignedNoteTest, WhatItReadsItWouldWrite, ()) {
    const std::string text = Edited(FormatSignedNote(AnyNote()));
    const auto read = ParseSignedNote(text);
    if (read.ok()) RC_ASSERT(FormatSignedNote(*read) == text);
}

RC_GTEST_PROP(SignedNoteTest, AnyTextIsAnswered, (const std::string& text)) {
    const auto read = ParseSignedNote(text);
    if (read.ok()) RC_ASSERT(FormatSignedNote(*read) == text);
}

}  // namespace
}  // namespace throughline
