/** The demo behind `npm start`. */
export {}
