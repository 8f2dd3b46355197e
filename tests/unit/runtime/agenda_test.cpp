#include "runtime/agenda.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace runtime {
namespace {

using namespace std::chrono_literals;
using opencti::Mode;
using ::testing::ElementsAre;

class AgendaTest : public ::testing::Test {
 protected:
  /// Adds a job for each, in this order; their numbers count from 0.
  void add(std::initializer_list<Mode> modes) {
    for (const auto mode : modes) EXPECT_EQ(agenda.add(task(mode)), nullptr);
  }
  TaskPtr task(Mode mode) {
    Job job{.message = {.mode = mode}, .log = log};
    return std::make_unique<Task>(std::move(job), agenda.turnstile());
  }
  TaskPtr next() { return agenda.next({}); }
  /// The numbers of the next so many, each done before the next is begun.
  std::vector<std::uint64_t> numbers(int count) {
    std::vector<std::uint64_t> out;
    for (int i = 0; i < count; ++i) {
      auto one = next();
      out.push_back(one->job.number);
      agenda.done(std::move(one));
    }
    return out;
  }

  telemetry::Log log{
      {.level = telemetry::Level::error, .name = "n", .json = true, .write = [](std::string_view) {
       }}};
  Agenda agenda;
};

TEST_F(AgendaTest, PeopleComeBeforePlaybooksAndThoseBeforeThePlatform) {
  add({Mode::automatic, Mode::playbook, Mode::manual});
  EXPECT_THAT(numbers(3), ElementsAre(2, 1, 0));
}

TEST_F(AgendaTest, OfEqualsTheOldestComesFirst) {
  add({Mode::manual, Mode::manual, Mode::manual});
  EXPECT_THAT(numbers(3), ElementsAre(0, 1, 2));
}

TEST_F(AgendaTest, EveryFourthIsTheOldestSoThatNoneWaitsForEver) {
  add({Mode::automatic, Mode::automatic, Mode::manual, Mode::manual, Mode::manual, Mode::manual,
       Mode::manual, Mode::manual, Mode::manual});
  EXPECT_THAT(numbers(8), ElementsAre(2, 3, 4, 0, 5, 6, 7, 1));
}

TEST_F(AgendaTest, OfTwoMessagesWithOneWorkTheEarlierIsDoneBeforeTheLaterIsBegun) {
  for (const auto mode : {Mode::automatic, Mode::manual}) {
    auto one = task(mode);
    one->job.key = mode == Mode::manual ? "b" : "a";
    one->job.message.work_id = "work_1";
    EXPECT_EQ(agenda.add(std::move(one)), nullptr);
  }
  add({Mode::manual});
  auto other = next();
  EXPECT_EQ(other->job.number, 2);
  auto first = next();
  EXPECT_EQ(first->job.number, 0);
  agenda.done(std::move(other));
  std::stop_source stopped;
  stopped.request_stop();
  EXPECT_EQ(agenda.next(stopped.get_token()), nullptr);
  agenda.done(std::move(first));
  auto second = next();
  EXPECT_EQ(second->job.number, 1);
  agenda.done(std::move(second));
}

TEST_F(AgendaTest, AResultGoesOnBeforeAnythingIsBegunOnceItsTurnHasCome) {
  add({Mode::automatic, Mode::manual, Mode::manual});
  auto second = next();
  ASSERT_EQ(second->job.number, 1U);
  agenda.park(std::move(second));
  auto third = next();
  ASSERT_EQ(third->job.number, 2U) << "the turn of the second has not come";
  agenda.park(std::move(third));
  EXPECT_THAT(numbers(3), ElementsAre(0, 1, 2));
}

TEST_F(AgendaTest, ATurnThatComesWakesWhoWaits) {
  add({Mode::automatic, Mode::manual});
  agenda.park(next());
  auto first = next();
  std::jthread waiting([&] { EXPECT_EQ(next()->job.number, 1U); });
  first.reset();
}

TEST_F(AgendaTest, ASuspectIsBegunInItsTurnAndAlone) {
  add({Mode::automatic});
  auto culprit = task(Mode::manual);
  culprit->job.suspect = true;
  EXPECT_EQ(agenda.add(std::move(culprit)), nullptr);
  add({Mode::automatic, Mode::automatic});

  auto first = next();
  EXPECT_EQ(first->job.number, 0U) << "its turn has not come";
  auto third = next();
  EXPECT_EQ(third->job.number, 2U);
  agenda.done(std::move(first));
  std::stop_source impatient;
  impatient.request_stop();
  EXPECT_EQ(agenda.next(impatient.get_token()), nullptr) << "another is under way";
  agenda.park(std::move(third));
  auto suspect = next();
  EXPECT_EQ(suspect->job.number, 1U);
  suspect->turn.leave();
  EXPECT_EQ(agenda.next(impatient.get_token()), nullptr) << "a suspect is under way";
  agenda.done(std::move(suspect));
  EXPECT_THAT(numbers(2), ElementsAre(2, 3));
}

TEST_F(AgendaTest, ASecondDeliveryOfAMessageIsBegunWhenTheFirstIsDone) {
  for (const auto* key : {"work_1", "work_1", "work_2"}) {
    auto one = task(Mode::manual);
    one->job.key = key;
    EXPECT_EQ(agenda.add(std::move(one)), nullptr);
  }
  auto first = next();
  EXPECT_EQ(first->job.number, 0U);
  auto other = next();
  EXPECT_EQ(other->job.number, 2U);
  std::stop_source impatient;
  impatient.request_stop();
  EXPECT_EQ(agenda.next(impatient.get_token()), nullptr);
  agenda.done(std::move(first));
  EXPECT_THAT(numbers(1), ElementsAre(1));
}

TEST_F(AgendaTest, AStopEndsTheWait) {
  std::stop_source source;
  std::jthread stopper([&] { source.request_stop(); });
  EXPECT_EQ(agenda.next(source.get_token()), nullptr);
}

TEST_F(AgendaTest, AfterClosingNothingIsBegunButWhatIsBegunGoesOn) {
  add({Mode::automatic, Mode::manual, Mode::manual});
  agenda.park(next());
  EXPECT_EQ(agenda.close().size(), 2U) << "their numbers leave with them";
  EXPECT_NE(agenda.add(task(Mode::manual)), nullptr);
  EXPECT_FALSE(agenda.finish(net::Deadline::after(1ms)));
  EXPECT_THAT(numbers(1), ElementsAre(1));
  EXPECT_TRUE(agenda.finish(net::Deadline::after(1ms)));
}

TEST_F(AgendaTest, TellsHowMuchWaitsAndHowMuchIsUnderWay) {
  add({Mode::automatic, Mode::automatic, Mode::automatic});
  EXPECT_EQ(agenda.load().waiting, 3U);
  EXPECT_EQ(agenda.load().under_way, 0U);
  auto first = next();
  auto second = next();
  EXPECT_EQ(agenda.load().waiting, 1U);
  EXPECT_EQ(agenda.load().under_way, 2U);
  // Finished, but its turn has not come.
  agenda.park(std::move(second));
  EXPECT_EQ(agenda.load().under_way, 2U);
  agenda.done(std::move(first));
  EXPECT_EQ(agenda.load().under_way, 1U);
}

}  // namespace
}  // namespace runtime
