/** HTML reports: tables, curves and pictures of trees in one file. One thread. */
@NullMarked
package org.gto4j.lab.report;

import org.jspecify.annotations.NullMarked;
