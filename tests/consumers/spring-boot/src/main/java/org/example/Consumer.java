package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.stereotype.Component;

/** A web application which answers without and with a draft when it starts, and ends: MODEL DRAFT PLAIN-TEXT DRAFTED-TEXT. */
@SpringBootApplication
public class Consumer {
    public static void main(String[] args) {
        System.exit(SpringApplication.exit(SpringApplication.run(Consumer.class, args)));
    }

    /** Spring closes it with the application. */
    @Bean
    TargetModel target(ApplicationArguments arguments) {
        return TargetModel.open(file(arguments, 0));
    }

    @Bean
    DraftModel draft(ApplicationArguments arguments, TargetModel target) {
        return DraftModel.load(target, file(arguments, 1));
    }

    static Path file(ApplicationArguments arguments, int number) {
        return Path.of(arguments.getNonOptionArgs().get(number));
    }

    @Component
    record Answers(TargetModel target, DraftModel draft) implements ApplicationRunner {
        @Override
        public void run(ApplicationArguments arguments) throws IOException {
            try (TreeDecoder plain = TreeDecoder.builder(target).build();
                    TreeDecoder drafted = TreeDecoder.builder(target).draft(draft).build()) {
                Files.writeString(file(arguments, 2), answer(plain));
                Files.writeString(file(arguments, 3), answer(drafted));
            }
        }

        private static String answer(TreeDecoder decoder) {
            GenerationOptions options = GenerationOptions.builder().maxTokens(40).build();
            return decoder.chat(List.of(ChatMessage.user("Why is the sky blue?")), options, text -> {}).text();
        }
    }
}
