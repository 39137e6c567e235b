// What may leave, asked of the built program: when a record comes, and again before an attempt.
#include "tests/gateway/main/gateway_fixture.h"

namespace kgw::main {
namespace {

// Nobody listens there, so that a delivery waits, for longer than any test.
std::string OneDestination(const std::string& more) {
  return StrCat(
      "development: true\nstore: {path: x.db}\ndestinations:\n  - name: hospital\n"
      "    plugin: fhir_rest\n    url: http://127.0.0.1:1/fhir\n    purpose: TREAT\n"
      "    backoff: {initial: 1h, maximum: 2h}\n",
      more);
}

class RouteTest : public GatewayTest {
 protected:
  std::string PreviewDecision() {
    grpc::ClientContext context;
    pb::PreviewResponse preview;
    EXPECT_TRUE(ingest_->Preview(&context, PatientRecord("P-1", 1), &preview).ok());
    if (preview.destinations_size() != 1) return StrCat(preview.destinations_size(), " decisions");
    return StrCat(preview.destinations(0).decision(), ": ", preview.destinations(0).why());
  }

  pb::Delivery TheDelivery(const pb::RecordKey& key) {
    grpc::ClientContext context;
    pb::ListDeliveriesRequest request;
    *request.mutable_key() = key;
    pb::ListDeliveriesResponse response;
    EXPECT_TRUE(admin_->ListDeliveries(&context, request, &response).ok());
    EXPECT_EQ(response.deliveries_size(), 1);
    return response.deliveries_size() == 1 ? response.deliveries(0) : pb::Delivery();
  }

  template <typename Condition>
  pb::Delivery WaitForDelivery(const pb::RecordKey& key, Condition condition) {
    pb::Delivery delivery = TheDelivery(key);
    for (int i = 0; i < 1000 && !condition(delivery); ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
      delivery = TheDelivery(key);
    }
    return delivery;
  }
};

TEST_F(RouteTest, DecidesWhenARecordComes) {
  Start(folder_.Write("gateway.yaml", OneDestination("")));
  EXPECT_EQ(PreviewDecision(), "send: purpose TREAT");
  End();
  Start(folder_.Write("gateway.yaml", OneDestination("    production: true\n")));
  EXPECT_EQ(PreviewDecision(), "withhold: test data does not enter a production system");
  End();
  Start(folder_.Write("gateway.yaml", OneDestination("    record_types: [Visit]\n")));
  EXPECT_EQ(PreviewDecision(), "0 decisions");
}

TEST_F(RouteTest, DecidesAgainBeforeAnAttempt) {
  // The route leaves out whom the record refers to, so that it waits for nobody.
  const std::string patients = "    record_types: [Patient]\n";
  Start(folder_.Write("gateway.yaml", OneDestination(patients)));
  pb::SubmitResponse response;
  ASSERT_TRUE(Submit(PatientRecord("P-1", 1), &response).ok());
  const auto tried = [](const pb::Delivery& delivery) {
    return delivery.state() == pb::DELIVERY_STATE_PENDING && delivery.attempts() == 1;
  };
  ASSERT_TRUE(tried(WaitForDelivery(response.key(), tried)));

  folder_.Write("gateway.yaml", OneDestination(patients + "    tenants: [other-clinic]\n"));
  process_->Signal(SIGHUP);
  WaitForLog("the configuration was reloaded");
  grpc::ClientContext context;
  pb::DeliveryRequest retry;
  *retry.mutable_key() = response.key();
  retry.set_destination("hospital");
  pb::DeliveryResponse retried;
  ASSERT_TRUE(admin_->RetryDelivery(&context, retry, &retried).ok());
  const pb::Delivery withheld = WaitForDelivery(response.key(), [](const pb::Delivery& delivery) {
    return delivery.state() == pb::DELIVERY_STATE_WITHHELD;
  });
  EXPECT_EQ(withheld.state(), pb::DELIVERY_STATE_WITHHELD);
  EXPECT_EQ(withheld.error().text(), "the destination's route does not take this tenant any more");
  EXPECT_EQ(withheld.attempts(), 1);
}

}  // namespace
}  // namespace kgw::main
