/** The figures behind `npm run bench`. */
export {}
