import { Duplex } from 'node:stream';

/** Two ends of an in-memory byte stream: what is written to one is read from the other, in order and asynchronously. */
export function memoryPair(): [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const make = (other: () => Duplex | undefined) =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        setImmediate(() => {
          const peer = other();
          if (peer && !peer.destroyed) peer.push(Buffer.from(chunk));
          done();
        });
      },
      final(done) {
        setImmediate(() => {
          const peer = other();
          if (peer && !peer.destroyed) peer.push(null);
          done();
        });
      },
      destroy(error, done) {
        const peer = other();
        if (peer && !peer.destroyed) setImmediate(() => peer.push(null));
        done(error);
      },
    });
  ends.push(
    make(() => ends[1]),
    make(() => ends[0]),
  );
  return [ends[0]!, ends[1]!];
}
