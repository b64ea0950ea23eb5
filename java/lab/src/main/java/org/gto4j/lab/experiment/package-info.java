/** Arms of training, run under equal budgets and compared on the same held-back texts. One thread. */
@NullMarked
package org.gto4j.lab.experiment;

import org.jspecify.annotations.NullMarked;
