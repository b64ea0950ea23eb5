/** The program of maven-java, as a module. */
module org.example {
    requires org.gto4j;
    requires org.gto4j.presets.linux.x86_64;
}
