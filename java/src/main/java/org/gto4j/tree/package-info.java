/** Draft trees and the policies that grow them; pure Java. */
@NullMarked
package org.gto4j.tree;

import org.jspecify.annotations.NullMarked;
