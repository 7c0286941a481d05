// What must hold between a server's settings, before anything is opened.
#include "services/throughline/serving/serve_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/throughline/exit_code.h"

namespace throughline {
namespace {

using ::testing::HasSubstr;

ServeSettings Good() {
    ServeSettings settings;
    settings.store.path = "somewhere";
    return settings;
}

void ExpectRefused(const ServeSettings& settings, const std::string& text) {
    const absl::Status status = CheckServeSettings(settings);
    EXPECT_EQ(ExitCodeOf(status), ExitCode::kBadSettings);
    EXPECT_THAT(std::string(status.message()), HasSubstr(text));
}

TEST(ServeSettingsTest, AreGoodAsTheyComeOnceThereIsAStore) {
    EXPECT_TRUE(CheckServeSettings(Good()).ok());
    ExpectRefused({}, "--store");
}

TEST(ServeSettingsTest, RefuseToListenToOthersWithoutTlsAndClientCertificates) {
    ServeSettings settings = Good();
    for (const char* address : {"0.0.0.0:7411", "10.1.2.3:0", "[::]:7411"}) {
        settings.listen = address;
        ExpectRefused(settings, "TLS with client certificates");
    }
    settings.tls_cert = "c";
    settings.tls_key = "k";
    ExpectRefused(settings, "all three");
    settings.tls_client_ca = "ca";
    EXPECT_TRUE(CheckServeSettings(settings).ok());
}

TEST(ServeSettingsTest, RefuseAnAddressThatIsNone) {
    for (const char* address :
         {"", "localhost:1", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "::1:7411", "127.0.0.1:x"}) {
        ServeSettings settings = Good();
        settings.listen = address;
        ExpectRefused(settings, "--listen");
        settings = Good();
        settings.metrics = address;
        ExpectRefused(settings, "--metrics");
    }
    EXPECT_EQ(ParseHostPort("[::1]:80")->Text(), "[::1]:80");
    EXPECT_TRUE(ParseHostPort("[::1]:80")->IsLoopback());
}

TEST(ServeSettingsTest, SayWhichRoleIsUnknownOrLacksTheEventStore) {
    ServeSettings settings = Good();
    settings.roles = "eventstore,audit";
    ExpectRefused(settings, "audit");
    settings.roles = "casework,views";
    ExpectRefused(settings, "add eventstore");
    settings.roles = "eventstore,publisher";
    ExpectRefused(settings, "--kafka is needed");
    settings.kafka_brokers = "127.0.0.1:9092";
    EXPECT_TRUE(CheckServeSettings(settings).ok());
}

TEST(ServeSettingsTest, PublishWhereThereAreBrokersAndNoRolesAreNamed) {
    ServeSettings settings = Good();
    EXPECT_FALSE(RolesOf(settings)->publisher);
    settings.kafka_brokers = "127.0.0.1:9092";
    EXPECT_TRUE(RolesOf(settings)->publisher);
}

TEST(ServeSettingsTest, NeedBrokersToFeedTheViewsFromKafka) {
    ServeSettings settings = Good();
    settings.feed = "kafka";
    ExpectRefused(settings, "--kafka");
}

TEST(ServeSettingsTest, TakeAnIssuerOnlyWithItsKey) {
    ServeSettings settings = Good();
    settings.token_issuer = "https://id.example";
    ExpectRefused(settings, "--token-key");
}

TEST(ServeSettingsTest, TakeFurtherKafkaSettingsAsPairs) {
    ServeSettings settings = Good();
    settings.kafka_further = {"security.protocol=SSL", "ssl.ca.location=/a=b"};
    EXPECT_EQ(KafkaConnectionOf(settings)->further.at("ssl.ca.location"), "/a=b");
    settings.kafka_further = {"nonsense"};
    ExpectRefused(settings, "NAME=VALUE");
}

}  // namespace
}  // namespace throughline
