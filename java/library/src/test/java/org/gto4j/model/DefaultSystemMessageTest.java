package org.gto4j.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class DefaultSystemMessageTest {
    @Test
    void smolLm2() {
        assertEquals(
                Optional.of("You are a helpful AI assistant named SmolLM, trained by Hugging Face"),
                DefaultSystemMessage.of(
                        "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '<|im_start|>system\n"
                                + "You are a helpful AI assistant named SmolLM, trained by Hugging Face<|im_end|>\n' }}{% endif %}"
                                + "{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}"));
    }

    @Test
    void qwen25() {
        assertEquals(
                Optional.of("You are Qwen, created by Alibaba Cloud. You are a helpful assistant."),
                DefaultSystemMessage.of(
                        "{%- if messages[0]['role'] == 'system' %}\n{{- '<|im_start|>system\\n' + messages[0]['content'] + '<|im_end|>\\n' }}\n{%- else %}\n"
                                + "{{- '<|im_start|>system\\nYou are Qwen, created by Alibaba Cloud. You are a helpful assistant.<|im_end|>\\n' }}\n{%- endif %}"));
    }

    @Test
    void aVariableThatSaysSo() {
        assertEquals(
                Optional.of("You are Mistral."),
                DefaultSystemMessage.of("{%- set default_system_message = \"You are Mistral.\" %}{{ bos_token }}"));
        assertEquals(
                Optional.of("You are Granite."),
                DefaultSystemMessage.of("{%- set g4_default_system_message = 'You are Granite.' %}"));
    }

    @Test
    void templatesWithoutOne() {
        for (String template : new String[] {
            "",
            "chatml",
            "{% for message in messages %}{{'<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}",
            "{{- '<|im_start|>system\\n' + messages[0].content + '<|im_end|>\\n' }}",
            "[INST] <<SYS>>\\n{{ system }}\\n<</SYS>>"
        }) {
            assertEquals(Optional.empty(), DefaultSystemMessage.of(template), template);
        }
    }
}
