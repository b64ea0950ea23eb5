// Gradients against an autograd run of another library (golden/autograd.py, JAX in float64).
#include "support/golden_case.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

using namespace gto_test;

TEST(golden, objective_and_gradients_equal_autograd) {
    std::ifstream file(GTO_GOLDEN_DIR "/eagle3_ttt.txt");
    ASSERT_TRUE(file) << "golden/eagle3_ttt.txt is missing";
    const golden_case c;
    gto_trainer * trainer;
    ASSERT_EQ(gto_trainer_open(c.tiny.target, c.tiny.draft, gto_trainer_options_default(), &trainer), GTO_OK)
        << gto_last_error();
    gto_batch batch = c.batch();
    gto_batch_result result;
    std::string line, name;
    int32_t tensor = 0, losses = 0;
    while (std::getline(file, line)) {
        std::istringstream in(line);
        in >> name;
        if (name == "loss") {
            in >> batch.loss;
            ASSERT_EQ(batch.loss, losses++);
            ASSERT_EQ(gto_trainer_zero(trainer), GTO_OK);
            ASSERT_EQ(gto_trainer_accumulate(trainer, batch, &result), GTO_OK) << gto_last_error();
            tensor = 0;
            continue;
        }
        if (name == "objective") {
            double expected;
            in >> expected;
            EXPECT_NEAR(result.objective, expected, 1e-5 * std::fabs(expected));
            continue;
        }
        size_t size, index;
        double norm, value, squares = 0;
        in >> size >> norm;
        ASSERT_EQ(name, gto_draft_tensor_name(c.tiny.draft, tensor));
        ASSERT_EQ(size, (size_t) gto_draft_tensor_size(c.tiny.draft, tensor));
        std::vector<float> g(size);
        ASSERT_EQ(gto_trainer_gradient(trainer, tensor, g.data()), GTO_OK);
        for (const float x : g) squares += (double) x * x;
        EXPECT_NEAR(std::sqrt(squares), norm, 1e-4 * norm) << "loss " << batch.loss << ", " << name;
        int samples = 0;
        while (in >> index >> value) {
            ASSERT_LT(index, size);
            EXPECT_NEAR(g[index], value, 1e-4 * norm) << "loss " << batch.loss << ", " << name << "[" << index << "]";
            samples++;
        }
        EXPECT_GE(samples, 24) << name;
        tensor++;
    }
    EXPECT_EQ(tensor, gto_draft_tensor_count(c.tiny.draft));
    EXPECT_EQ(losses, GTO_LOSS_LK_LAMBDA + 1);
    gto_trainer_free(trainer);
}
