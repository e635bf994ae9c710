# docker build -t cryptopipe .
# docker run --rm -v cryptopipe:/data cryptopipe run --sample
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
ENTRYPOINT ["cryptopipe"]
CMD ["--help"]
