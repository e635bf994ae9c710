# docker build -t cryptopipe .
# docker run --rm -v cryptopipe:/data cryptopipe run --sample
# With `--metrics 127.0.0.1:9464` the container reports itself unhealthy when a stage with input makes no progress.
FROM node:24-bookworm-slim AS build
WORKDIR /cryptopipe
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /opt/cryptopipe
COPY package.json package-lock.json ./
# Nothing is compiled: lmdb's addon comes prebuilt, and the bundle from the stage before.
RUN npm ci --omit=dev --ignore-scripts && npm cache clean --force
COPY bin bin
COPY --from=build /cryptopipe/dist/cryptopipe.cjs dist/
RUN ln -s /opt/cryptopipe/bin/cryptopipe.js /usr/local/bin/cryptopipe && install -d -o node -g node /data
USER node
WORKDIR /data
VOLUME /data
# A container without --metrics, such as a one-shot run, has nobody to ask and counts as healthy.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), (error) => process.exit(error.cause?.code === 'ECONNREFUSED' ? 0 : 1))"]
ENTRYPOINT ["cryptopipe"]
CMD ["--help"]
