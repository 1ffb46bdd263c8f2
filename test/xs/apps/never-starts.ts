/** An application that cannot start. */
throw new Error("not today");
