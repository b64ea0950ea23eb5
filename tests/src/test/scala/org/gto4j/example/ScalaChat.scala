package org.gto4j.example

import java.nio.file.Path
import scala.jdk.CollectionConverters.*
import scala.util.Using
import org.gto4j.*

object ScalaChat:
  def main(args: Array[String]): Unit = Using.Manager { use =>
    val target = use(TargetModel.open(Path.of(args(0))))
    val draft = use(DraftModel.load(target, Path.of(args(1))))
    val decoder = use(TreeDecoder.builder(target).draft(draft).build())
    val options = GenerationOptions.builder().maxTokens(40).build()
    decoder.streamChat(Seq(ChatMessage.user(args(2))).asJava, options).asScala.foreach(print)
  }.get
